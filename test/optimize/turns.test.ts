import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { type Optimization, type OptimizeOptions, optimize } from '../../src/optimize/index.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

/** A write takes 40 cycles. */
const chip = { ...paper, name: 'rewritten', peWriteNs: 40 * 1400 };
const tiny = zooNetwork('tinyyolov4');
const resnet = zooNetwork('resnet50');

/** What `schedule` takes to give what was found. */
function found({ best, reload }: Optimization<'latency' | 'throughput'>): ScheduleOptions {
  const rounds = best.rounds!.map(({ layers }) => layers[0]!);
  return { rounds, duplication: Object.values(best.copies), ...(reload === undefined ? {} : { reload }) };
}

describe.each(['rolling', 'barrier'] as const)('%s', (reload) => {
  test.each([
    ['tinyyolov4', 60, 1],
    ['resnet50', 137, 1],
    ['resnet50', 195, 3],
  ] as const)(
    'a group of %s on %i PEs, %i inferences: no slower than auto with greedy, and a schedule takes as long',
    async (name, pes, group) => {
      const network = zooNetwork(name);
      const options = { granularity: 'row', pes, reload } as const;
      const result = await optimize(network, chip, { ...options, group, maxEvaluations: 3000 });
      const auto = schedule(network, chip, { ...options, batch: group });
      expect(result.greedy.cycles).toBe(auto.cycles);
      expect(result.best.cycles).toBeLessThanOrEqual(auto.cycles);
      // There auto is proven to be the best.
      if (name === 'resnet50') expect(result.best.cycles).toBeLessThan(auto.cycles);
      expect(result.bound).toBeLessThanOrEqual(result.best.cycles);
      const scheduled = schedule(network, chip, { ...options, ...found(result), batch: group });
      expect(scheduled).toMatchObject({
        ...{ cycles: result.best.cycles, latencyNs: result.best.latencyNs, usedPes: result.usedPes },
        ...{ writes: result.best.writes, peWritesPerInference: result.best.peWritesPerInference },
        roundCount: result.best.rounds!.length,
      });
      expect(result.evaluations).toBeLessThanOrEqual(3000);
    },
    120_000,
  );

  test('a stream of groups: no slower than auto with greedy, and a schedule of many groups goes as fast', async () => {
    const options = { granularity: 'row', pes: 137, reload } as const;
    const settings = { ...options, objective: 'throughput', group: 2, maxEvaluations: 2000 } as const;
    const result = await optimize(resnet, chip, settings);
    const { groupEndCycles: greedy } = schedule(resnet, chip, { ...options, batch: 32, group: 2 });
    expect(result.greedy.intervalCycles).toBeCloseTo((greedy![15]! - greedy![3]!) / 12 / 2, 9);
    expect(result.best.intervalCycles).toBeLessThan(result.greedy.intervalCycles);
    expect(result.bound).toBeLessThanOrEqual(result.best.intervalCycles);
    const stream = schedule(resnet, chip, { ...options, ...found(result), batch: 32, group: 2 });
    const ends = stream.groupEndCycles!;
    expect(result.best.intervalCycles).toBeCloseTo((ends[15]! - ends[3]!) / 12 / 2, 9);
    expect(result.best.groupCycles).toBe(ends[0]);
    expect(result.best.throughputPerSecond).toBe(1e9 / (result.best.intervalCycles * 1400));
    expect(await optimize(resnet, chip, settings)).toEqual(result);
  }, 120_000);

  test('finds how large groups may be, and that larger ones take too long', async () => {
    const result = await optimize(tiny, chip, {
      ...{ granularity: 'row', pes: 60, reload, objective: 'throughput' },
      ...{ group: 'auto', maxGroup: 5, maxLatencyNs: 14e6, maxEvaluations: 4000 },
    });
    const { best, bound } = result;
    expect(best.groupLatencyNs).toBeLessThanOrEqual(14e6);
    expect(bound).toBeLessThanOrEqual(best.intervalCycles);
    const one = {
      granularity: 'row',
      pes: 60,
      reload,
      objective: 'throughput',
      maxEvaluations: 500,
    } as const;
    const sizes = await Promise.all([1, 2, 3, 4, 5].map((group) => optimize(tiny, chip, { ...one, group })));
    for (const { best: other } of sizes) {
      if (other.groupLatencyNs! <= 14e6)
        expect(best.intervalCycles).toBeLessThanOrEqual(other.intervalCycles * 1.01);
    }
  }, 120_000);
});

test('barrier is proven to be optimal for ResNet50 on a third of its PEs', async () => {
  const result = await optimize(resnet, chip, { granularity: 'row', pes: 137, reload: 'barrier' });
  expect(result).toMatchObject({ bound: 2264, gap: 0, stoppedBy: 'optimal' });
  expect(result.best.cycles).toBe(2264);
}, 120_000);

test('slices have copies of their own', async () => {
  const options = { granularity: 'row', pes: 10 } as const;
  const result = await optimize(tiny, chip, { ...options, maxEvaluations: 500 });
  expect(Object.keys(result.best.copies).filter((name) => name.endsWith('[2/2]'))).toEqual([
    'conv2d_16[2/2]',
    'conv2d_19[2/2]',
  ]);
  expect(schedule(tiny, chip, { ...options, ...found(result) }).cycles).toBe(result.best.cycles);
}, 60_000);

test('one round in which nothing is written is among what is searched where all weights fit', async () => {
  const slow = { ...chip, peWriteNs: 1e9 };
  const options = { granularity: 'row', pes: 149, objective: 'throughput', maxEvaluations: 300 } as const;
  const result = await optimize(tiny, slow, { ...options, rounds: 'fewest' });
  const atOnce = await optimize(tiny, paper, options);
  expect(result.best).toMatchObject({ ...atOnce.best, writes: 0, peWritesPerInference: 0 });
  expect(result.best.rounds).toHaveLength(1);
  expect(result).toMatchObject({ bound: atOnce.bound, gap: 0, stoppedBy: 'optimal' });
  expect(atOnce).not.toHaveProperty('reload');
}, 60_000);

test('rounds of its own are where a search may start', async () => {
  const rounds = ['conv2d_8', 'conv2d_16'];
  const result = await optimize(tiny, chip, { granularity: 'row', pes: 90, rounds, maxEvaluations: 200 });
  const given = schedule(tiny, chip, { granularity: 'row', pes: 90, rounds });
  expect(result.greedy.cycles).toBe(given.cycles);
  expect(result.greedy.rounds!.map(({ layers }) => layers[0])).toEqual(
    given.rounds!.map(({ layers }) => layers[0]),
  );
}, 60_000);

test.each<[OptimizeOptions, RegExp]>([
  [{ pes: 60, objective: 'edp' }, /^objective edp: is simulated, and weights that take turns are not/],
  [{ pes: 60, policy: function* () {} }, /^policy: moves copies only/],
  [{ pes: 60, group: 0 }, /^group: must be a whole number from 1 to 1048576, or auto, found 0/],
  [{ pes: 60, group: 1.5 }, /^group: must be a whole number/],
  [{ pes: 60, group: 'auto', objective: 'throughput' }, /^group auto: needs a limit/],
  [{ pes: 60, group: 'auto', maxLatencyNs: 1e6 }, /^group auto: is for the best throughput/],
  [{ pes: 60, maxLatencyNs: 1e6 }, /^maxLatencyNs: is for the best throughput/],
  [{ pes: 60, maxLatencyNs: -1, objective: 'throughput' }, /^maxLatencyNs: must be a number above 0/],
  [{ pes: 60, maxGroup: 4 }, /^maxGroup: is of no use without group auto/],
  [
    { pes: 60, group: 'auto', maxLatencyNs: 1000, objective: 'throughput', maxEvaluations: 50 },
    /^maxLatencyNs: one inference takes \d+ ns with the fastest copies that were found, and none take less than \d+ ns/,
  ],
  [{ pes: 60, rounds: ['nothing'] }, /^rounds: no base layer or slice is called "nothing"/],
  [{ pes: 60, rounds: 'many' as 'auto' }, /rounds: must be auto, fewest, or a list/],
  [{ pes: 60, reload: 'often' as 'rolling' }, /reload: must be rolling or barrier/],
  [
    { pes: 60, group: 2 ** 20 },
    /^a group of 1048576 inferences has \d+ sets and the optimiser takes at most/,
  ],
])('%j is refused', async (options, message) => {
  await expect(optimize(tiny, chip, { granularity: 'row', ...options })).rejects.toThrow(message);
});

test('a chip that does not say how long writing takes is refused where weights shall take turns', async () => {
  await expect(optimize(tiny, paper, { rounds: 'auto' })).rejects.toThrow(
    /does not say how long writing takes/,
  );
  await expect(optimize(tiny, paper, { group: 2 })).rejects.toThrow(/does not say how long writing takes/);
  await expect(optimize(tiny, paper, { pes: 60 })).rejects.toThrow(/needs 117 PEs and there are 60/);
});
