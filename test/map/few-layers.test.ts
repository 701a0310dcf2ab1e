import { expect, test } from 'vitest';
import { type DuplicableLayer, duplicationPolicies } from '../../src/map/duplication/index.ts';

const { greedy, sum } = duplicationPolicies;

const layers = (...pairs: readonly (readonly [mvms: number, pesPerCopy: number])[]): DuplicableLayer[] =>
  pairs.map(([mvms, pesPerCopy], i) => ({ name: `layer${i}`, mvms, pesPerCopy }));

test('greedy gives no more copies than a layer has MVMs', () => {
  expect(greedy(layers([2, 1]), 10)).toEqual([2]);
  expect(greedy(layers([2, 1], [3, 1]), 10)).toEqual([2, 3]);
});

test('of as many cycles and PEs, sum gives most copies to the first layers', () => {
  // 3 + 9 or 5 + 7 cycles, and all 38 PEs.
  expect(sum(layers([42, 1], [49, 5]), 38)).toEqual([14, 6]);
  expect(sum(layers([11, 6], [26, 2]), 22)).toEqual([3, 6]);
  expect(sum(layers([14, 6], [1, 4], [49, 2], [5, 1]), 18)).toEqual([2, 1, 6, 3]);
});
