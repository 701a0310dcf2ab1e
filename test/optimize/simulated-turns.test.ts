import { expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { findPreset } from '../../src/architecture/presets.ts';
import { type OptimizeOptions, optimize } from '../../src/optimize/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const tiny = zooNetwork('tinyyolov4');
const paper = findPreset('paper')!;

/** Written in 40 MVMs, with nothing else that takes time. */
const free: Architecture = { ...paper, name: 'free', peWriteNs: 56_000 };
/** The same on a mesh. */
const mesh: Architecture = {
  ...{ ...free, name: 'mesh' },
  chip: {
    ...{ clockNs: 100, meshRows: 2, meshColumns: 3, pesPerTile: 12, linkBitsPerCycle: 128, hopCycles: 2 },
    ...{ gpeuOperationsPerCycle: 64, offChipBitsPerCycle: 64 },
  },
};

type Objective = 'simulated-latency' | 'simulated-throughput';
type Options = OptimizeOptions<Objective> & { readonly group?: number };
const CASES: readonly [string, Architecture, Options][] = [
  ['a chip on which movement is free', free, { objective: 'simulated-latency' }],
  [
    'rounds that are written one after the other',
    free,
    { objective: 'simulated-latency', reload: 'barrier' },
  ],
  ['a group', free, { objective: 'simulated-latency', group: 3 }],
  ['a mesh', mesh, { objective: 'simulated-latency' }],
  ['a batch in groups', mesh, { objective: 'simulated-throughput', batch: 4, group: 2 }],
];

test.each(CASES)(
  '%s: no worse than any start, and as long as simulate says',
  async (_, chip, options) => {
    const how = { pes: 60, granularity: 'row', maxEvaluations: 20 } as const;
    const result = await optimize(tiny, chip, { ...how, ...options });
    const { best, greedy, starts, bound, metric, evaluations } = result;
    const { group = 1, reload } = options;
    const batch = options.batch ?? group;
    const run = { pes: 60, granularity: 'row', batch, group, reload, duplication: 'greedy' } as const;
    const shared = metric === 'cycles' ? 1 : batch;
    const cyclesOf = (more: Parameters<typeof simulate>[2]) =>
      simulate(tiny, chip, { ...run, ...more }).cycles;
    const expected = {
      greedy: cyclesOf({}) / shared,
      fewest: cyclesOf({ rounds: 'fewest' }) / shared,
      none: cyclesOf({ rounds: 'fewest', duplication: 'none' }) / shared,
    };
    // Where the first is as good as the bound no other is looked at.
    if (starts!.greedy === bound) expect(starts).toEqual({ greedy: expected.greedy });
    else expect(starts).toMatchObject(expected);
    expect(greedy.cycles).toBe(starts!.greedy! * shared);
    expect(best.cycles / shared).toBeLessThanOrEqual(Math.min(...Object.values(starts!)));
    expect(bound).toBeLessThanOrEqual(best.cycles / shared);
    expect(evaluations).toBeLessThanOrEqual(20);
    const played = cyclesOf({
      rounds: best.rounds!.map(({ layers }) => layers[0]!),
      duplication: Object.values(best.copies),
      placement: best.tileOrder,
    });
    expect(best.cycles).toBe(played);
  },
  120_000,
);

test('where movement is free the bound is that of schedules', async () => {
  const how = { pes: 60, granularity: 'row', reload: 'barrier' } as const;
  const scheduled = await optimize(tiny, free, { ...how, maxEvaluations: 2000 });
  const result = await optimize(tiny, free, { ...how, objective: 'simulated-latency' });
  expect(result.bound).toBe(scheduled.bound);
  expect(result.best.cycles).toBeLessThanOrEqual(scheduled.best.cycles);
}, 120_000);

test.each<[OptimizeOptions, RegExp]>([
  [
    { objective: 'simulated-throughput', group: 'auto', maxLatencyNs: 1e9 },
    /^group auto: is looked for with schedules only/,
  ],
  [
    { objective: 'simulated-throughput', group: 2, maxLatencyNs: 1e9 },
    /^maxLatencyNs: is looked for with schedules/,
  ],
  [{ objective: 'energy' }, /^objective energy: is simulated, and weights that take turns are not/],
])('%j is refused where weights take turns', async (options, message) => {
  await expect(optimize(tiny, free, { pes: 60, granularity: 'row', ...options })).rejects.toThrow(message);
});
