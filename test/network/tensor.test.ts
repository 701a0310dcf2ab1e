import { expect, test } from 'vitest';
import { visitPositionsRead } from '../../src/network/positions-read.ts';
import { constant, extent, isSameAxis, isSpatial, type Tensor } from '../../src/network/tensor.ts';
import { c, h, w } from './digits.ts';

test('a constant has no H and no W, and values only where they are known', () => {
  expect(constant([2, 3])).toStrictEqual({ dims: [2, 3], h: -1, w: -1 });
  expect(constant([2], [7, 8])).toStrictEqual({ dims: [2], h: -1, w: -1, values: [7, 8] });
});

test('a constant without values has no unknown ones', () => {
  expect(constant([2, 0])).toStrictEqual({ dims: [2, 0], h: -1, w: -1, values: [] });
});

const map: Tensor = { dims: [4, 1, 1, 5], h: 0, w: 1, layer: 0 };

test('an axis has its size, and no axis has 1', () => {
  expect([-1, 0, 1, 3].map((axis) => extent(map, axis))).toEqual([1, 4, 1, 5]);
});

test('axes are the same direction where they are one or have one position each', () => {
  const pairs = [
    ...[
      [0, 0],
      [1, 2],
      [-1, 1],
    ],
    ...[
      [0, 1],
      [1, 0],
      [0, 3],
    ],
  ] as const;
  expect(pairs.map(([a, b]) => isSameAxis(map, a!, b!))).toEqual([true, true, true, false, false, false]);
});

test('an axis is spatial that has positions, more than one', () => {
  expect([-1, 0, 1, 2, 3].map((axis) => isSpatial(map, axis))).toEqual([false, true, false, false, false]);
  expect([0, 3].map((axis) => isSpatial({ ...map, w: 3 }, axis))).toEqual([true, true]);
  const layout = [[h(2, 3)], [h(3, 1), c(2)], [w(4, 1)], [c(5)], []];
  const view: Tensor = { dims: [2, 6, 4, 5, 1], h: 0, w: -1, layer: 0, view: { layout, name: 'view' } };
  expect([-1, 0, 1, 2, 3, 4].map((axis) => isSpatial(view, axis))).toEqual([
    ...[false, true, true, true, false, false],
  ]);
});

test('a position behind the end of a list reads nothing', () => {
  const visited: number[] = [];
  for (const p of [0, 1]) visitPositionsRead({ kind: 'list', positions: [2] }, p, 5, (q) => visited.push(q));
  expect(visited).toEqual([2]);
});
