import { describe, expect, test, vi } from 'vitest';
import { findPreset } from '../../src/architecture/presets.ts';
import { EngineInstance } from '../../src/engine/instance.ts';
import { type OptimizeOptions, optimize, type SearchPolicy } from '../../src/optimize/index.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const paper = findPreset('paper')!;
const tiny = zooNetwork('tinyyolov4');
const chip = {
  ...paper,
  name: 'leaky',
  chip: {
    clockNs: 100,
    mvmEnergyPj: 2000,
    leakageMw: 5,
    hopEnergyPjPerBit: 0.1,
    gpeuOperationsPerCycle: 512,
  },
};

describe('latency', () => {
  test.each([
    ['tinyyolov4', 'row', 32, 5109],
    ['tinyyolov4', 'pixel', 0, 43945],
    ['tinyyolov3', 'row', 32, 8060],
    ['resnet50', 'row', 32, 3010],
  ] as const)(
    'greedy is optimal, and proven to be: %s, %s sets, %i extra PEs',
    async (name, granularity, extraPes, cycles) => {
      const result = await optimize(zooNetwork(name), paper, { granularity, extraPes });
      expect(result.greedy.cycles).toBe(cycles);
      expect(result).toMatchObject({ bound: cycles, gap: 0, stoppedBy: 'optimal', metric: 'cycles' });
      expect(result.best.cycles).toBe(cycles);
    },
    60_000,
  );

  test('is better than greedy where that can be, and the schedule of its copies says so too', async () => {
    const resnet = zooNetwork('resnet50');
    const result = await optimize(resnet, paper, { extraPes: 32, seed: 5 });
    expect(result.greedy.cycles).toBe(1865);
    expect(result.best.cycles).toBe(1853);
    const duplication = Object.values(result.best.copies);
    const scheduled = schedule(resnet, paper, { extraPes: 32, duplication });
    expect(scheduled).toMatchObject({ cycles: 1853, usedPes: result.usedPes });
    expect(result.best.latencyNs).toBe(1853 * 1400);
    expect(result.bound).toBeLessThanOrEqual(1853);
    expect(result.bound).toBeGreaterThan(1753);
  }, 60_000);

  test('finds and proves the best of hundreds of extra PEs by how they are split', async () => {
    const resnet = zooNetwork('resnet152');
    const result = await optimize(resnet, paper, { extraPes: 256, granularity: 'row' });
    expect(result).toMatchObject({ bound: 3836, gap: 0, stoppedBy: 'optimal' });
    const duplication = Object.values(result.best.copies);
    const scheduled = schedule(resnet, paper, { extraPes: 256, granularity: 'row', duplication });
    expect(scheduled).toMatchObject({ cycles: 3836, usedPes: result.usedPes });
  }, 60_000);

  test('gives the same for the same seed, and keeps to the number of evaluations', async () => {
    const options: OptimizeOptions<'latency'> = {
      extraPes: 200,
      maxEvaluations: 3000,
      granularity: { height: 4, width: 4 },
    };
    const [first, again] = [await optimize(tiny, paper, options), await optimize(tiny, paper, options)];
    expect(again).toEqual(first);
    expect(first.evaluations).toBeLessThanOrEqual(3000);
    expect(first.best.cycles).toBeLessThanOrEqual(first.greedy.cycles);
    expect(first.bound).toBeLessThanOrEqual(first.best.cycles);
    expect(first.gap).toBe((first.best.cycles - first.bound) / first.best.cycles);
  }, 60_000);

  test.each<[OptimizeOptions<'latency'>, string]>([
    [{ maxEvaluations: 1 }, 'evaluations'],
    [{ gap: 0.99 }, 'gap'],
    [{ maxSeconds: 0.001, maxEvaluations: 1e9 }, 'time'],
  ])(
    '%j stops by %s',
    async (options, stoppedBy) => {
      const result = await optimize(tiny, paper, { extraPes: 200, ...options });
      expect(result.stoppedBy).toBe(stoppedBy);
      expect(result.best.cycles).toBeLessThanOrEqual(result.greedy.cycles);
      expect(result.bound).toBeLessThanOrEqual(result.best.cycles);
    },
    60_000,
  );

  test('looks at the clock after every simulation, which may take seconds', async () => {
    const options: OptimizeOptions<'edp'> = { objective: 'edp', extraPes: 32, granularity: 'row' };
    const result = await optimize(tiny, chip, { ...options, maxSeconds: 0.001 });
    expect(result).toMatchObject({ stoppedBy: 'time', evaluations: 1 });
    expect(result.best.energyDelayPjNs).toBe(result.greedy.energyDelayPjNs);
  }, 60_000);

  test.each<[string, OptimizeOptions, typeof paper | typeof chip]>([
    ['latency', { extraPes: 200, maxEvaluations: 1e9 }, paper],
    ['throughput', { objective: 'throughput', extraPes: 200 }, paper],
    ['energy', { objective: 'energy', extraPes: 200, granularity: 'row' }, chip],
    ['weights in turns', { pes: 60, granularity: 'row' }, { ...paper, peWriteNs: 56_000 }],
  ])(
    'gives what it has when it is stopped before it has begun: %s',
    async (_, options, on) => {
      const { greedy, best, bound, metric, stoppedBy } = await optimize(tiny, on, {
        ...options,
        stop: AbortSignal.abort(),
      });
      const value = (figures: object) =>
        Number(Object.entries(figures).find(([name]) => name === metric)?.[1]);
      expect(value(best)).toBeLessThanOrEqual(value(greedy));
      expect(bound).toBeLessThanOrEqual(value(best));
      expect(stoppedBy).toBe('time');
    },
    60_000,
  );

  test('is left when it is aborted', async () => {
    await expect(optimize(tiny, paper, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    const signal = AbortSignal.timeout(200);
    const endless = optimize(tiny, paper, { extraPes: 200, maxEvaluations: 1e9, signal });
    await expect(endless).rejects.toThrow(/timeout/);
  }, 60_000);

  test('gives its engines back when it is aborted', async () => {
    const released = vi.spyOn(EngineInstance.prototype, 'release');
    const stop = new AbortController();
    const policy: SearchPolicy = function* () {
      stop.abort(new Error('enough'));
      for (;;) yield;
    };
    const endless = optimize(tiny, chip, {
      objective: 'edp',
      extraPes: 4,
      granularity: 'row',
      policy,
      signal: stop.signal,
    });
    await expect(endless).rejects.toThrow('enough');
    // Those of the schedule, of the ideal cycles, and of the simulation.
    expect(released).toHaveBeenCalledTimes(3);
    released.mockRestore();
  }, 60_000);

  test('takes a policy that is a function', async () => {
    let calls = 0;
    const policy: SearchPolicy = function* (search) {
      calls += 1;
      expect(search.move([0], [search.copies[0]!], search.cost)).toBe(true);
      yield;
    };
    // Where proofs leave a gap, or no policy is asked.
    const large = zooNetwork('resnet101');
    const result = await optimize(large, paper, { extraPes: 512, granularity: 'row', policy });
    expect(calls).toBe(1);
    expect(result.stoppedBy).toBe('converged');
  }, 60_000);
});

describe('energy and edp', () => {
  test.each(['energy', 'edp'] as const)(
    '%s: what a simulation says, no worse than greedy, no bound above it',
    async (objective) => {
      const options = { objective, extraPes: 8, granularity: 'row', maxEvaluations: 30 } as const;
      const result = await optimize(tiny, chip, options);
      const metric = objective === 'energy' ? 'energyPj' : 'energyDelayPjNs';
      expect(result.metric).toBe(metric);
      expect(result.best[metric]).toBeLessThanOrEqual(result.greedy[metric]!);
      expect(result.bound).toBeLessThanOrEqual(result.best[metric]!);
      expect(result.bound).toBeGreaterThan(0.3 * result.best[metric]!);
      expect(result.evaluations).toBeLessThanOrEqual(30);
      const duplication = Object.values(result.best.copies);
      const simulation = simulate(tiny, chip, { extraPes: 8, granularity: 'row', duplication });
      expect(result.best.energyPj).toBe(simulation.energyPj.total);
      expect(result.best.energyDelayPjNs).toBe(simulation.energyDelayPjNs);
      expect(await optimize(tiny, chip, options)).toEqual(result);
    },
    60_000,
  );

  test('says that figures are missing', async () => {
    const error = /architecture paper: has no figures of energy; give chip\.mvmEnergyPj/;
    await expect(optimize(tiny, paper, { objective: 'energy', granularity: 'row' })).rejects.toThrow(error);
  });
});

test.each<[OptimizeOptions, RegExp]>([
  [{ gap: 1 }, /gap: must be a number from 0 to/],
  [{ gap: Number.NaN }, /gap: must be a number/],
  [{ seed: -1 }, /seed: must be a/],
  [{ seed: 0.5 }, /seed: must be a whole number/],
  [{ maxEvaluations: 0 }, /maxEvaluations: must be a whole number from 1/],
  [{ maxSeconds: -1 }, /maxSeconds: must be a number/],
  [{ extraPes: -1 }, /extraPes: must be a whole number/],
  [{ pes: 1 }, /needs 117 PEs and there are 1/],
])('%j is refused', async (options, message) => {
  await expect(optimize(tiny, paper, options)).rejects.toThrow(message);
});
