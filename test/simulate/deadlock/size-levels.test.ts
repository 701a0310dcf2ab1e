import { describe, expect, test } from 'vitest';
import { type BufferContent, mostWindows, nextSize } from '../../../src/simulate/deadlock/size-levels.ts';

/** Two tiles: one gets values of 64 bits and has windows of 100 bytes, the other one of 24 bits with 20 bytes. */
const content: BufferContent = { windows: [800, 160], units: [64, 24] };

describe('the next size that is tried', () => {
  test('is a number of values of the tiles whose windows do not fit', () => {
    expect(nextSize(content, 30, 100, 62)).toBe(64);
    // 64 and 24 bits are multiples of a byte.
    expect(nextSize(content, 10, 100, 62)).toBe(62);
  });

  test('is between one that is too small and one that is enough', () => {
    expect(nextSize(content, 30, 40, 39)).toBe(32);
    expect(nextSize(content, 62, 71, 63)).toBe(64);
  });

  test('is just below a size that is enough where no other one makes a difference', () => {
    expect(nextSize(content, 56, 64, 60)).toBe(63);
    expect(nextSize(content, 60, 64, 62)).toBe(63);
  });

  test('is the target where the one that is enough is no number of values', () => {
    expect(nextSize(content, 56, 63, 59)).toBe(59);
  });

  test('is the target where all windows fit, or nothing gets there', () => {
    expect(nextSize(content, 100, 200, 150)).toBe(150);
    expect(nextSize({ windows: [800], units: [0] }, 10, 100, 55)).toBe(55);
  });

  test('takes whole bytes of values that are none', () => {
    // Values of 12 bits: 1.5, 3, 4.5, 6 bytes.
    const bits: BufferContent = { windows: [80], units: [12] };
    expect(nextSize(bits, 1, 10, 3)).toBe(3);
    expect(nextSize(bits, 3, 6, 4)).toBe(5);
    expect(nextSize(bits, 3, 5, 4)).toBe(4);
  });
});

test('windows take the most on one tile', () => {
  expect(mostWindows(content)).toBe(800);
  expect(mostWindows({ windows: [], units: [] })).toBe(0);
});
