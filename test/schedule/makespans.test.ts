import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import type { MapOptions } from '../../src/schedule/choose-rounds.ts';
import { Makespans } from '../../src/schedule/makespans.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

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
  const setsOfLayers = sets.map((count) => ({ count, isCut: false }));
  const truth = (copies: readonly number[], result: number) =>
    copies.reduce((sum, count, i) => sum * 1001 + Math.min(count, sets[i]!), result);
  fc.assert(
    fc.property(asked, (all) => {
      const makespans = new Makespans(setsOfLayers);
      for (const [copies, result] of all) {
        const compute = () => truth(copies, result);
        expect(makespans.of(mappingOf(copies), result, compute)).toBe(truth(copies, result));
      }
    }),
    { numRuns: 10 },
  );
});

test('what is kept is not computed again, and what has failed is not kept', () => {
  const makespans = new Makespans([5, 5].map((count) => ({ count, isCut: false })));
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
