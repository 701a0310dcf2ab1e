import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { resize } from '../../src/network/operators/index.ts';
import type { MapOptions } from '../../src/schedule/choose-rounds.ts';
import { Makespans } from '../../src/schedule/makespans.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { layer, mapOf } from './chain.ts';

const mappingOf = (copies: readonly number[]) => ({
  layers: copies.map((count, layer) => ({
    ...{ layer, name: `layer${layer}`, mvms: 100, pesPerCopy: 1, crossbar: 0 },
    copies: count,
  })),
});

test('a makespan is never taken for that of other copies, or of another chip', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 3 });
  const asked = fc.array(fc.tuple(counts, fc.integer({ min: 1, max: 3 })), {
    minLength: 1500,
    maxLength: 1500,
  });
  // Copies beyond the sets of a layer are idle.
  const sets = [7, 1000, 12];
  const truth = (copies: readonly number[], result: number) =>
    copies.reduce((sum, count, i) => sum * 1001 + Math.min(count, sets[i]!), result);
  fc.assert(
    fc.property(asked, (all) => {
      const makespans = new Makespans(sets);
      for (const [copies, result] of all) {
        const compute = () => truth(copies, result);
        expect(makespans.of(mappingOf(copies), result, compute)).toBe(truth(copies, result));
      }
    }),
    { numRuns: 10 },
  );
});

test('what is kept is not computed again, and what has failed is not kept', () => {
  const makespans = new Makespans([5, 5]);
  let computed = 0;
  const compute = () => ++computed;
  expect(makespans.of(mappingOf([5, 2]), 1, compute)).toBe(1);
  expect(makespans.of(mappingOf([9, 2]), 1, compute)).toBe(1);
  const fail = () => {
    throw new Error('no memory');
  };
  expect(() => makespans.of(mappingOf([2, 5]), 1, fail)).toThrow('no memory');
  expect(makespans.of(mappingOf([2, 5]), 1, compute)).toBe(2);
});

test('figures are those of a schedule, whatever was asked before', () => {
  const pipelined = { ...paper, name: 'pipelined', mvmIntervalNs: 400 };
  const writing = { ...paper, name: 'writing', peWriteNs: 5000, chip: { bufferAreaMm2: 2 } };
  for (const granularity of ['row', 'pixel'] as const) {
    const first = new Scheduler(prepare(zooNetwork('tinyyolov4'), paper, { granularity }));
    for (const architecture of [paper, pipelined, writing, paper]) {
      const scheduler = first.on(architecture);
      const cases: MapOptions[] = [
        { extraPes: 0 },
        { extraPes: 7 },
        { extraPes: 9, duplication: 'none' },
        { extraPes: 7, duplication: 'sum', batch: 2 },
        { extraPes: 7, group: 1 },
        { extraPes: 40, scheduling: 'lbl' },
        ...(architecture === writing ? [{ pes: 60 }, { pes: 300, rounds: 'fewest' as const }] : []),
      ];
      for (const how of cases) {
        const mapping = scheduler.map(how);
        const { layers: _, ...figures } = new Scheduler(scheduler.workload).schedule(mapping, how);
        expect(scheduler.figures(mapping, how)).toEqual(figures);
      }
    }
  }
});

test('a makespan is that of its copies where plateaus begin, grow and end, and on each chip', () => {
  const counts = [20, 20, 30, 12];
  // The first two may take each other's place; together they help nobody beyond some, the others beyond 3.
  const truth = ([a, b, c, d]: ArrayLike<number> & Iterable<number>, result: number) =>
    Math.max(14, Math.ceil(60 / a!) + Math.ceil((60 * result) / b!)) +
    Math.ceil(6 / Math.min(c!, 3)) +
    Math.ceil(3 / d!);
  const step = fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 3 }), fc.integer({ min: 1, max: 2 }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 600, maxLength: 600 }), (steps) => {
      const makespans = new Makespans(counts);
      const copies = [5, 5, 3, 4];
      const refused: number[][] = [];
      for (const [layer, by, result] of steps) {
        copies[layer] = Math.min(counts[layer]!, Math.max(1, copies[layer]! + by));
        const compute = (tried: Float64Array) => {
          if (!tried.every((count, i) => Number.isInteger(count) && count >= 1 && count <= counts[i]!))
            refused.push([...tried]);
          return truth(tried, result);
        };
        expect(makespans.of(mappingOf(copies), result, compute)).toBe(truth(copies, result));
      }
      expect(refused).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test('sets of a layer are those of its own map, which may be larger than all before', () => {
  const { b, input } = mapOf(2, 2);
  const large = resize(b, 'up', layer(b, 'small', input), { dims: [1, 16, 16, 1], mode: 'nearest' });
  layer(b, 'large', large);
  const workload = prepare(b.build(), paper, { granularity: 'pixel' });
  const scheduler = new Scheduler(workload);
  for (const copies of [4, 20, 100, 256]) {
    const mapping = scheduler.map({
      extraPes: 300,
      duplication: ([, ...rest]) => [1, ...rest.map(() => copies)],
    });
    expect(scheduler.figures(mapping).cycles).toBe(new Scheduler(workload).cycles(mapping));
  }
});

test('copies that share a slot are told apart by all of them', () => {
  const makespans = new Makespans([60, 60]);
  const truth = (copies: ArrayLike<number>) => copies[0]! * 100 + copies[1]!;
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 0x7fffffff;
    return (seed % 60) + 1;
  };
  for (let i = 0; i < 20_000; i++) {
    const copies = [next(), next()];
    expect(makespans.of(mappingOf(copies), 1, truth)).toBe(truth(copies));
  }
});
