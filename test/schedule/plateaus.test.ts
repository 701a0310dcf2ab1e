import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { Mapper } from '../../src/map/mapper.ts';
import { Plateaus } from '../../src/schedule/plateaus.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { chain } from './chain.ts';

const SETS = [5000, 1200, 300, 75];

/** Who all wait for: the slowest layer, and a little of the first two. */
const slowest = (copies: ArrayLike<number>) =>
  Math.max(...SETS.map((sets, i) => Math.ceil(sets / copies[i]!))) +
  Math.ceil(20 / copies[0]! + 9 / copies[1]!);

/** Asks for the makespans of lists of copies one after the other; returns how many were computed. */
function ask(lists: readonly (readonly number[])[], truth: (copies: ArrayLike<number>) => number): number {
  const plateaus = new Plateaus(SETS);
  let computed = 0;
  const compute = (copies: ArrayLike<number>) => {
    computed++;
    return truth(copies);
  };
  for (const list of lists) {
    const copies = Float64Array.from(list);
    let cycles = plateaus.find(copies, 1);
    if (cycles === undefined) {
      cycles = compute(copies);
      plateaus.add(copies, 1, cycles, compute);
    }
    expect(cycles).toBe(truth(copies));
  }
  return computed;
}

describe('makespans between equal ones', () => {
  test('are those that would be computed, whatever copies come one after the other', () => {
    const step = fc.tuple(fc.nat(SETS.length - 1), fc.integer({ min: -3, max: 6 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 200, maxLength: 400 }), (steps) => {
        const copies = [40, 10, 3, 1];
        const lists = steps.map(([layer, by]) => {
          copies[layer] = Math.min(SETS[layer]!, Math.max(1, copies[layer]! + by));
          return [...copies];
        });
        ask(lists, slowest);
      }),
    );
  });

  test('are mostly not computed where copies are added that help nobody', () => {
    const lists = Array.from({ length: 2000 }, (_, i) => [1000 + i, 300 + (i >> 3), 9, 2]);
    expect(ask(lists, slowest)).toBeLessThan(100);
  });

  test('cost little where each is another', () => {
    const lists = Array.from({ length: 1000 }, (_, i) => [i + 1, 1, 1, 1]);
    expect(ask(lists, (copies) => 1e6 - copies[0]!)).toBe(1000);
    const pairs = Array.from({ length: 1000 }, (_, i) => [i + 1, 1, 1, 1]);
    expect(ask(pairs, (copies) => 1e6 - (copies[0]! >> 1))).toBeLessThan(1100);
  });

  test('of another λ are others', () => {
    const plateaus = new Plateaus(SETS);
    const copies = Float64Array.of(2, 2, 2, 2);
    plateaus.add(copies, 1, 100, () => 100);
    expect(plateaus.find(copies, 1)).toBe(100);
    expect(plateaus.find(copies, 2)).toBeUndefined();
  });

  test('what nobody asked for may fail', () => {
    const plateaus = new Plateaus(SETS);
    const fail = () => {
      throw new Error('no memory');
    };
    for (let i = 1; i < 100; i++) plateaus.add(Float64Array.of(i, 1, 1, 1), 1, 7, fail);
    expect(plateaus.find(Float64Array.of(98, 1, 1, 2), 1)).toBeUndefined();
  });
});

test('more copies are never slower, of whatever sizes sets are', () => {
  const size = fc.integer({ min: 1, max: 12 });
  const copies = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 });
  const intervals = fc.constantFrom(undefined, 350, 1400);
  fc.assert(
    fc.property(size, size, size, size, fc.constantFrom(1, 3), copies, fc.nat(2), intervals, (...drawn) => {
      const [height, width, setHeight, setWidth, kernel, few, more, mvmIntervalNs] = drawn;
      const architecture = { ...paper, pes: 1000, ...(mvmIntervalNs === undefined ? {} : { mvmIntervalNs }) };
      const network = chain(3, height, width, kernel);
      const scheduler = new Scheduler(
        prepare(network, architecture, { granularity: { height: setHeight, width: setWidth } }),
      );
      const cyclesOf = (counts: readonly number[]) =>
        scheduler.cycles(
          scheduler.map({ duplication: (layers) => layers.map(({ mvms }, i) => Math.min(mvms, counts[i]!)) }),
        );
      expect(cyclesOf(few.map((count, i) => (i === more ? count + 1 : count)))).toBeLessThanOrEqual(
        cyclesOf(few),
      );
    }),
    { numRuns: 400 },
  );
});

test.each(['row', 'pixel', '2x2', '3x5'])(
  'figures of budgets one after the other are those of schedules, sets %s',
  (sets) => {
    const granularity = /^\d/.test(sets)
      ? { height: Number(sets[0]), width: Number(sets[2]) }
      : (sets as 'row' | 'pixel');
    const network = zooNetwork('tinyyolov4', { dims: { height: 96, width: 160 } });
    const workload = prepare(network, paper, { granularity });
    const mapper = new Mapper(network, workload.architecture);
    const asked = new Scheduler(workload);
    const alone = new Scheduler(workload);
    for (const duplication of ['greedy', 'sum'] as const) {
      for (let extraPes = 300; extraPes < 900; extraPes += 2) {
        const mapping = mapper.map(mapper.fit({ extraPes }), duplication);
        expect(asked.figures(mapping).cycles).toBe(alone.cycles(mapping));
      }
    }
  },
);
