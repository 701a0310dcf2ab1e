import { expect, test } from 'vitest';
import { deviationOf, indexOfLargest } from '../../src/verify/compare.ts';

test('the largest difference is told by the largest value that there should be', () => {
  const { largest, largestDeviation, relativeDeviation } = deviationOf([1, -3.5, 2], [1, -4, 2]);
  expect([largest, largestDeviation, relativeDeviation]).toEqual([4, 0.5, 0.125]);
});

test('where zeros should be, the difference itself is told', () => {
  expect(deviationOf([0, 0.25], [0, 0]).relativeDeviation).toBe(0.25);
});

test('what is NaN or infinite is counted: in one of both, or in both', () => {
  const { strange, notFinite, largestDeviation } = deviationOf(
    [NaN, Infinity, Infinity, NaN, 1, 7],
    [NaN, Infinity, -Infinity, 1, NaN, 7],
  );
  expect({ strange, notFinite, largestDeviation }).toEqual({ strange: 3, notFinite: 2, largestDeviation: 0 });
});

test('tensors of two shapes are not compared', () => {
  expect(() => deviationOf([1], [1, 2])).toThrow('one shape');
});

test('the largest value is one that is a number', () => {
  expect(indexOfLargest([NaN, 1, NaN, 3, 3])).toBe(3);
  expect(indexOfLargest([NaN, -Infinity])).toBe(1);
  expect(deviationOf([NaN, 1, 2], [NaN, 2, 1]).isSameTop).toBe(false);
});
