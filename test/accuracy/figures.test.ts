import { describe, expect, test } from 'vitest';
import {
  clippedShare,
  countAgreement,
  deviationOf,
  greatest,
  mergeDeviations,
  NO_AGREEMENT,
  NO_DEVIATION,
  relativeError,
  spreadOf,
  sqnrDb,
} from '../../src/accuracy/figures.ts';
import { mergeCounts, mergeLeastAdcBits, mergeSums } from '../../src/accuracy/merge.ts';

const exact = Float32Array.of(3, -4, 0, 10);
const found = Float32Array.of(3, -5, 0, 12);

describe('a deviation', () => {
  test('has the power of values and errors, and the largest of both', () => {
    const deviation = deviationOf(exact, found);
    expect(deviation).toEqual({ values: 4, power: 125, errorPower: 5, largest: 10, largestError: 2 });
    expect(sqnrDb(deviation)).toBeCloseTo(10 * Math.log10(25), 12);
    expect(relativeError(deviation)).toBe(0.2);
  });

  test('is that of both parts where it is merged', () => {
    const parts = [0, 2].map((from) =>
      deviationOf(exact.subarray(from, from + 2), found.subarray(from, from + 2)),
    );
    expect(parts.reduce(mergeDeviations, NO_DEVIATION)).toEqual(deviationOf(exact, found));
  });

  test('of nothing is infinitely good, and NaN is not lost', () => {
    expect(sqnrDb(deviationOf(exact, exact))).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError(deviationOf(exact, exact))).toBe(0);
    const bad = deviationOf(exact, Float32Array.of(3, Number.NaN, 0, 10));
    expect(bad.largestError).toBeNaN();
    expect(sqnrDb(bad)).toBeNaN();
  });
});

test('a share of nothing is 0', () => {
  expect(clippedShare(0, 0)).toBe(0);
  expect(clippedShare(1, 4)).toBe(0.25);
});

describe('a spread', () => {
  test('has mean, deviation, least and most', () => {
    expect(spreadOf([1, 2, 3, 6])).toEqual({
      ...{ count: 4, mean: 3, deviation: Math.sqrt(14 / 3), least: 1, most: 6 },
    });
    expect(spreadOf([5])).toEqual({ count: 1, mean: 5, deviation: 0, least: 5, most: 5 });
    expect(spreadOf([]).least).toBeNaN();
  });
});

describe('agreement', () => {
  test('is on the best class, and on it among the best five', () => {
    const scores = Float32Array.of(0, 5, 1, 2, 3, 4, 0.5);
    expect(greatest(scores, 3)).toEqual([1, 5, 4]);
    const second = Float32Array.of(0, 4, 1, 2, 3, 5, 0.5);
    const sixth = Float32Array.of(6, 0.7, 1, 2, 3, 5, 0.5);
    const agreement = [scores, second, sixth].reduce(
      (before, other) => countAgreement(before, scores, other),
      NO_AGREEMENT,
    );
    expect(agreement).toEqual({ inputs: 3, top1: 1, top5: 2 });
  });

  test('takes the first of equals', () => {
    expect(greatest(Float32Array.of(1, 2, 2), 2)).toEqual([1, 2]);
    expect(greatest(Float32Array.of(3, 3, 3, 3), 2)).toEqual([0, 1]);
  });

  test('takes what is no number for -Infinity', () => {
    const scores = Float32Array.of(Number.NaN, 1, Number.NaN, 3, -Infinity, 2);
    expect(greatest(scores, 1)).toEqual([3]);
    expect(greatest(scores, 4)).toEqual([3, 5, 1, 0]);
  });

  test('is that of sorting, of fewer and of more values than are asked for', () => {
    for (let length = 0; length < 12; length++) {
      const scores = Array.from({ length }, (_, i) => (i * 7 + length) % 5);
      const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect(greatest(scores, 5)).toEqual(sorted.slice(0, 5));
    }
  });
});

test('counts, bits and sums of the groups of a layer are merged', () => {
  const counts = { conversions: 5, clipped: 1, inputs: 3, clippedInputs: 2 };
  expect(mergeCounts(counts, counts)).toEqual({ conversions: 10, clipped: 2, inputs: 6, clippedInputs: 4 });
  const bits = { worst: 9, weights: 7, seen: 3 };
  expect(mergeLeastAdcBits(bits, { worst: 8, weights: 8, seen: 5 })).toEqual({
    worst: 9,
    weights: 8,
    seen: 5,
  });
  expect(mergeLeastAdcBits(bits, { ...bits, seen: undefined }).seen).toBeUndefined();
  const sums = [{ digit: 0, sign: 0, least: -3, most: 4 }];
  expect(mergeSums(sums, [{ ...sums[0]!, least: -1, most: 9 }])).toEqual([{ ...sums[0]!, most: 9 }]);
});
