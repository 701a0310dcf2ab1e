import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import type { Chip } from '../../src/architecture/chip.ts';
import { findPreset } from '../../src/architecture/presets.ts';
import { duplicationPolicies } from '../../src/map/duplication/index.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { baseLayers } from '../../src/network/network.ts';
import { type OptimizeOptions, optimize } from '../../src/optimize/index.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { type SimulationOptions, simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { describeCase, randomGranularity, randomNetwork } from '../reference/random-network.ts';
import { allCopies, withPes } from './brute-force.ts';

const paper = findPreset('paper')!;
const tiny = zooNetwork('tinyyolov4');

/** The crossbars of the paper on a mesh with narrow links, so that more copies may be slower. */
const mesh: Architecture = {
  ...{ ...paper, name: 'mesh' },
  chip: {
    ...{ clockNs: 10, meshRows: 4, meshColumns: 4, pesPerTile: 12, linkBitsPerCycle: 16, hopCycles: 2 },
    ...{ gpeuOperationsPerCycle: 64, offChipBitsPerCycle: 64 },
  },
};

/** Cycles of a simulation; Infinity where it comes to no end. */
function cyclesOf(...run: Parameters<typeof simulate>): number {
  try {
    return simulate(...run).cycles;
  } catch {
    return Infinity;
  }
}

const figures = fc.record({
  linkBitsPerCycle: fc.constantFrom(undefined, 1, 8),
  hopCycles: fc.constantFrom(0, 3),
  gpeuOperationsPerCycle: fc.constantFrom(undefined, 0.5, 4),
  offChipBitsPerCycle: fc.constantFrom(undefined, 2, 16),
  inputBufferPortBitsPerCycle: fc.constantFrom(undefined, 4),
});

const drawn = fc.record({
  network: randomNetwork(),
  pes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  extraPes: fc.nat(4),
  granularity: randomGranularity(),
  interval: fc.constantFrom(10, 30, 69, 70),
  figures,
});

describe.each([
  ['simulated-latency', 1, 'cycles'],
  ['simulated-throughput', 3, 'cyclesPerInference'],
] as const)('the best %s', (objective, batch, metric) => {
  test('is that of all copies on small chips, nearly always, and no bound is above it', async () => {
    let [cases, missed, met, slower] = [0, 0, 0, 0];
    const property = fc.asyncProperty(drawn, async (one) => {
      const { pes, extraPes, granularity, interval } = one;
      fc.pre(baseLayers(one.network).length <= 3);
      const network = withPes(one.network, pes);
      const known = Object.fromEntries(
        Object.entries(one.figures).filter(([, value]) => value !== undefined),
      );
      const chip: Chip = { clockNs: 10, meshRows: 3, meshColumns: 5, pesPerTile: 2, ...known };
      const cells = { crossbarRows: 1, crossbarColumns: 1, mvmLatencyNs: 70, mvmIntervalNs: interval };
      const small: Architecture = { ...paper, ...cells, name: 'small', chip };
      const { layers, totalPes } = mapNetwork(network, small, { extraPes });
      const perCopy = layers.map(({ pesPerCopy }) => pesPerCopy);
      // Copies that run no set change where others lie.
      const most = layers.map(() => Infinity);
      const how = { extraPes, granularity, batch };
      const costOf = (duplication: readonly number[]) =>
        cyclesOf(network, small, { ...how, duplication }) / batch;
      const all = [...allCopies(perCopy, totalPes, most)];
      const least = Math.min(...all.map(costOf));
      fc.pre(least < Infinity);
      const options: OptimizeOptions<typeof objective> = {
        ...{ objective, extraPes, granularity, placement: 'snake', maxEvaluations: 200 },
        ...(batch > 1 && { batch }),
      };
      const { best, bound, starts } = await optimize(network, small, options);
      const text = `${describeCase({ network, copies: perCopy, granularity })}, ${JSON.stringify(small.chip)}`;
      const figure = Object.entries(best).find(([name]) => name === metric)![1] as number;
      expect(bound, text).toBeLessThanOrEqual(least * (1 + 1e-12));
      expect(figure, text).toBe(costOf(Object.values(best.copies)));
      expect(figure, text).toBeGreaterThanOrEqual(least);
      for (const [name, cost] of Object.entries(starts!)) {
        expect(figure, text).toBeLessThanOrEqual(cost);
        if (name !== 'schedule') {
          expect(cost, `${text}, ${name}`).toBe(
            cyclesOf(network, small, { ...how, duplication: name as 'none' }) / batch,
          );
        }
      }
      cases += 1;
      if (figure > least) missed += 1;
      if (bound > 0.9 * least) met += 1;
      if (starts!.greedy! > starts!.none!) slower += 1;
    });
    await fc.assert(property, { numRuns: 60 });
    expect(missed).toBeLessThan(cases / 20);
    expect(met).toBeGreaterThan(cases / 10);
    expect(slower).toBeGreaterThan(0);
  }, 170_000);
});

describe('on a mesh', () => {
  const how = { pes: 192, granularity: 'row' } as const;

  test.each([
    ['simulated-latency', undefined],
    ['simulated-throughput', 3],
  ] as const)(
    '%s is better than all policies, and what simulate says of its copies and placement',
    async (objective, batch) => {
      const options = { ...how, objective, batch, maxEvaluations: 60 };
      const result = await optimize(tiny, mesh, options);
      const { best, greedy, starts, evaluations, bound } = result;
      const playing: SimulationOptions = { ...how, ...(batch && { batch }) };
      for (const duplication of Object.keys(duplicationPolicies) as (keyof typeof duplicationPolicies)[]) {
        const cycles = cyclesOf(tiny, mesh, { ...playing, duplication });
        expect(starts![duplication]).toBe(cycles / (batch ?? 1));
        expect(best.cycles).toBeLessThan(0.8 * cycles);
      }
      expect(greedy.cycles).toBe(starts!.greedy! * (batch ?? 1));
      const duplication = Object.values(best.copies);
      const played = simulate(tiny, mesh, { ...playing, duplication, placement: best.tileOrder });
      expect(best).toMatchObject({ cycles: played.cycles, latencyNs: played.latencyNs });
      if (best.placement === 'optimised') {
        expect(cyclesOf(tiny, mesh, { ...playing, duplication, placement: 'optimised' })).toBe(best.cycles);
      }
      expect(bound).toBeLessThan(best.cycles / (batch ?? 1));
      expect(evaluations).toBe(60);
      expect(result.history!.at(-1)!.best * (batch ?? 1)).toBeCloseTo(best.cycles, 6);
      expect(await optimize(tiny, mesh, options)).toEqual(result);
    },
    120_000,
  );

  test('a placement that is given stays', async () => {
    const options = { ...how, objective: 'simulated-latency', maxEvaluations: 10 } as const;
    const { best, greedy } = await optimize(tiny, mesh, { ...options, placement: 'optimised' });
    expect(best).not.toHaveProperty('placement');
    expect(best).not.toHaveProperty('tileOrder');
    expect(greedy.cycles).toBe(cyclesOf(tiny, mesh, { ...how, placement: 'optimised' }));
  }, 60_000);

  test('goes no further than its evaluations and its time', async () => {
    const options = { ...how, objective: 'simulated-latency' } as const;
    const one = await optimize(tiny, mesh, { ...options, maxEvaluations: 1 });
    expect(one).toMatchObject({ evaluations: 1, stoppedBy: 'evaluations' });
    expect(one.best.cycles).toBe(one.greedy.cycles);
    const late = await optimize(tiny, mesh, { ...options, stop: AbortSignal.abort() });
    expect(late).toMatchObject({ evaluations: 1, stoppedBy: 'time' });
    expect(await optimize(tiny, mesh, { ...options, gap: 0.9 })).toMatchObject({ stoppedBy: 'gap' });
  }, 60_000);
});

test('where movement is free the best is that of the schedule, and the bound says so', async () => {
  const how = { extraPes: 32, granularity: 'row' } as const;
  const result = await optimize(tiny, paper, { ...how, objective: 'simulated-latency' });
  const { best } = await optimize(tiny, paper, how);
  expect(result).toMatchObject({ bound: best.cycles, gap: 0, stoppedBy: 'optimal' });
  expect(result).not.toHaveProperty('boundIgnoresMovement');
  const scheduled = schedule(tiny, paper, { ...how, duplication: Object.values(result.best.copies) });
  expect(scheduled.cycles).toBe(result.best.cycles);
}, 60_000);

describe('buffers that are too small for some copies', () => {
  const how = { pes: 192, granularity: 'row', objective: 'simulated-latency' } as const;
  const withBuffers = (inputBufferBytes: number): Architecture => {
    const { offChipBitsPerCycle: _, ...chip } = mesh.chip!;
    return { ...mesh, chip: { ...chip, inputBufferBytes } };
  };
  /** The smallest buffers on which one copy of each layer comes to an end. */
  const smallest = (() => {
    const ends = (bytes: number) =>
      cyclesOf(tiny, withBuffers(bytes), { pes: 192, granularity: 'row', duplication: 'none' }) < Infinity;
    let [tooFew, enough] = [0, 2 ** 20];
    while (enough - tooFew > 64) {
      const middle = (tooFew + enough) >> 1;
      if (ends(middle)) enough = middle;
      else tooFew = middle;
    }
    return enough;
  })();

  test('count as infinitely slow', async () => {
    const chip = withBuffers(smallest);
    const result = await optimize(tiny, chip, { ...how, maxEvaluations: 40 });
    expect(result.starts!.greedy).toBe(Infinity);
    expect(result.greedy.cycles).toBe(Infinity);
    expect(result.best.cycles).toBeLessThanOrEqual(result.starts!.none!);
    expect(result.history!.every(({ best }) => best < Infinity)).toBe(true);
  }, 120_000);

  test('are one clear error where nothing comes to an end', async () => {
    const error = await optimize(tiny, withBuffers(1024), { ...how, maxEvaluations: 20 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'ClsaCimError', kind: 'input', code: 'DEADLOCK' });
    expect(String(error)).toMatch(
      /no copies that were looked at come to an end; with the fewest PEs of them the chip's buffers are too small .* would do/,
    );
  }, 120_000);
});

test.each<[OptimizeOptions, RegExp]>([
  [{ batch: 4 }, /^batch: is for the objective simulated-throughput/],
  [{ objective: 'simulated-latency', batch: 4 }, /^batch: is for the objective simulated-throughput/],
  [
    { objective: 'simulated-throughput', batch: 0 },
    /^batch: must be a whole number from 1 to 1048576, found 0/,
  ],
  [{ objective: 'simulated-latency', pes: 192, placement: 'nowhere' as 'snake' }, /placement.*nowhere/],
])('%j is refused', async (options, message) => {
  await expect(optimize(tiny, mesh, { granularity: 'row', ...options })).rejects.toThrow(message);
});
