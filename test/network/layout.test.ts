import { describe, expect, test } from 'vitest';
import {
  extentOf,
  fused,
  type Layout,
  overlapping,
  type PositionAxes,
  plainAxes,
  plainLayout,
  positionAxes,
  renumbered,
  reshaped,
} from '../../src/network/layout.ts';
import { c, h, w } from './digits.ts';

test('channels have no stride, and an axis of size 1 no digit', () => {
  expect(plainLayout([1, 4, 5, 3], { h: 1, w: 2 })).toEqual([[], [h(4, 1)], [w(5, 1)], [c(3)]]);
});

test('an OFM has the product of the digits as rows and columns', () => {
  expect(extentOf([[h(2, 3), w(5, 1)], [c(7)], [h(3, 1)]])).toEqual({ height: 6, width: 5 });
});

describe('neighbours are one digit', () => {
  test.each([
    ['of rows that follow each other', [h(2, 3), h(3, 1)], [h(6, 1)]],
    ['of rows that follow each other at a distance', [h(3, 4), h(2, 2)], [h(6, 2)]],
    ['of channels', [c(2), c(3)], [c(6)]],
    ['with two behind it', [w(2, 6), w(3, 2), w(2, 1)], [w(12, 1)]],
    ['but not over a gap', [h(2, 6), h(3, 1)], [h(2, 6), h(3, 1)]],
    ['but not the fastest first', [h(2, 1), h(3, 2)], [h(2, 1), h(3, 2)]],
    ['but not of rows and columns', [h(2, 3), w(3, 1)], [h(2, 3), w(3, 1)]],
  ])('%s', (_, digits, expected) => {
    expect(fused(digits)).toEqual(expected);
  });
});

describe('a reshape', () => {
  test.each<[string, Layout, number[], Layout | undefined]>([
    ['merges', [[h(4, 1)], [w(5, 1)]], [20], [[h(4, 1), w(5, 1)]]],
    ['splits', [[h(6, 1)], [c(4)]], [2, 3, 4], [[h(2, 3)], [h(3, 1)], [c(4)]]],
    ['puts together what it has split', [[h(2, 3)], [h(3, 1)]], [1, 6], [[], [h(6, 1)]]],
    ['moves a border within a digit', [[h(6, 1)], [w(4, 1)]], [3, 8], [[h(3, 2)], [h(2, 1), w(4, 1)]]],
    ['cannot split a digit where it has no border', [[h(6, 1)], [w(4, 1)]], [4, 6], undefined],
  ])('%s', (_, layout, dims, expected) => {
    expect(reshaped(layout, dims)).toEqual(expected);
  });

  test('that splits a digit where it has no border leaves every axis what it has a part of', () => {
    const layout = [[h(4, 1)], [w(6, 1)], [c(5)]];
    const [height, width, channels] = [h(4, 1), w(6, 1), c(5)];
    expect(overlapping(layout, [3, 8, 5])).toEqual([[height], [height, width], [channels]]);
    expect(overlapping(layout, [8, 3, 5])).toEqual([[height, width], [width], [channels]]);
    expect(overlapping(layout, [4, 9, 10])).toEqual([[height], [height, width], [width, channels]]);
    expect(overlapping(layout, [4, 5, 6])).toEqual([[height], [width], [width, channels]]);
  });
});

test('strides are numbered anew without gaps, in the order that they have', () => {
  expect(renumbered([[h(2, 1)], [c(3)], [h(5, 12), w(4, 7)], [h(3, 2)]])).toEqual([
    ...[[h(2, 1)], [c(3)], [h(5, 6), w(4, 1)], [h(3, 2)]],
  ]);
});

describe('axes of their own', () => {
  test.each<[string, Layout, PositionAxes | undefined]>([
    ['have H and W', [[c(3)], [w(5, 1)], [h(4, 1)]], { h: 2, w: 1 }],
    ['has W alone', [[c(3)], [w(5, 1)]], { h: -1, w: 1 }],
    ['has H, of two digits that are one', [[h(2, 2), h(2, 1)], [c(3)]], { h: 0, w: -1 }],
    ['have not tokens', [[h(4, 1), w(5, 1)], [c(3)]], undefined],
    ['has not H in two axes', [[h(2, 2)], [h(2, 1)], [w(5, 1)]], undefined],
    ['has not W beside channels', [[h(2, 1)], [w(5, 1), c(2)]], undefined],
  ])('%s', (_, layout, expected) => {
    expect(plainAxes(layout)).toEqual(expected);
  });
});

describe('the axes that stand for H and W', () => {
  test.each<[string, Layout, PositionAxes]>([
    ['are none of a map that is flattened whole', [[], [h(4, 1), w(5, 1), c(3)]], { h: -1, w: -1 }],
    ['are the two of tokens that are cut', [[w(4, 4)], [w(4, 1)], [c(8)]], { h: 0, w: 1 }],
    ['are the two of rows that are cut', [[c(8)], [h(4, 4)], [h(4, 1)]], { h: 1, w: 2 }],
    ['are the last two of tokens that are cut in three', [[w(2, 8)], [w(2, 4)], [w(4, 1)]], { h: 1, w: 2 }],
    ['is the one of tokens that are not cut', [[w(16, 1)], [c(8)]], { h: -1, w: 0 }],
    ['is the one without channels', [[w(4, 4), c(2)], [w(4, 1)], [c(8)]], { h: -1, w: 1 }],
    ['are those of the windows', [[h(2, 4)], [h(4, 1)], [w(3, 5)], [w(5, 1)]], { h: 0, w: 2 }],
    ['are the slowest, wherever', [[w(5, 1)], [h(4, 1)], [w(3, 5)], [h(2, 4)]], { h: 3, w: 2 }],
    ['are rather pure than slow', [[h(2, 4), c(3)], [h(4, 1)], [w(8, 1)]], { h: 1, w: 2 }],
    ['are the slowest of those with channels', [[h(4, 1), c(3)], [h(2, 4), c(2)], [w(8, 1)]], { h: 1, w: 2 }],
    [
      'is the first with a part of what cannot be split',
      [[h(15, 1)], [h(15, 1)], [h(15, 1), c(2)]],
      { h: 0, w: -1 },
    ],
    [
      'are slow in their own direction',
      [
        [w(3, 2), h(2, 1)],
        [w(2, 1), h(2, 2)],
      ],
      { h: 1, w: 0 },
    ],
    ['is one for both where there is one for both', [[h(4, 1), w(5, 1)], [c(3)]], { h: 0, w: -1 }],
  ])('%s', (_, layout, expected) => {
    expect(positionAxes(layout)).toEqual(expected);
  });
});
