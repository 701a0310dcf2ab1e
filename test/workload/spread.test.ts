import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaledUp, spread, timesPixels } from '../../src/workload/spread.ts';

const exactly = (a: number, b: number, c: number) => Number((BigInt(a) * BigInt(b)) / BigInt(c));

test('scaling up is exact, however large the numbers', () => {
  expect([scaledUp(3, 5, 4), scaledUp(4, 5, 4), scaledUp(0, 5, 4)]).toEqual([4, 5, 0]);
  // 2^53 + 2 would be rounded: products beyond it are computed exactly.
  expect(scaledUp(2 ** 27 + 1, 2 ** 27 + 1, 2 ** 27)).toBe(2 ** 27 + 3);
  expect(scaledUp(2 ** 27 + 1, 2 ** 27, 2 ** 27)).toBe(2 ** 27 + 1);
  expect(scaledUp(2 ** 40, 2 ** 30, 2 ** 40)).toBe(2 ** 30);
});

describe('spread', () => {
  test('gives what lies below each set, less what lies below the one before', () => {
    expect([...spread(10, Int32Array.of(1, 1, 1), 'x')]).toEqual([3, 3, 4]);
    expect([...spread(7, Int32Array.of(4, 2, 4), 'x')]).toEqual([2, 2, 3]);
    expect([...spread(20, Int32Array.of(1, 3, 1), 'x')]).toEqual([4, 12, 4]);
    expect([...spread(0, Int32Array.of(1, 3), 'x')]).toEqual([0, 0]);
    // One value for every pixel needs no other numbers than the pixels.
    const pixels = Int32Array.of(2, 3);
    expect(spread(5, pixels, 'x')).toBe(pixels);
  });

  test('loses nothing of any total', () => {
    const pixels = fc.array(fc.integer({ min: 1, max: 2 ** 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), pixels, (total, list) => {
        const all = list.reduce((sum, own) => sum + own, 0);
        if (total / all > 1000) return;
        let before = 0;
        const expected = list.map((own) => {
          const start = exactly(total, before, all);
          before += own;
          return exactly(total, before, all) - start;
        });
        expect([...spread(total, Int32Array.from(list), 'x')]).toEqual(expected);
      }),
    );
  });

  test('is exact where products are beyond floats', () => {
    const pixels = Int32Array.of(2 ** 30 - 1, 1, 2 ** 30 - 1, 2);
    const total = 2 ** 31 - 1 + 2 ** 29;
    const all = 2 ** 31 + 1;
    let before = 0;
    const expected = [...pixels].map((own) => {
      const start = exactly(total, before, all);
      before += own;
      return exactly(total, before, all) - start;
    });
    expect([...spread(total, pixels, 'x')]).toEqual(expected);
  });

  test('is exact where a float would round a product up to the next whole number', () => {
    // 186348932 · 150959272 / (2^28 - 1) lies 4e-9 below 104796511.
    const pixels = Int32Array.of(150959272, 2 ** 28 - 1 - 150959272);
    expect([...spread(186348932, pixels, 'x')]).toEqual([104796510, 186348932 - 104796510]);
  });

  test('refuses shares of more than 32 bits', () => {
    const most = 2 ** 31 - 1;
    expect([...spread(most, Int32Array.of(1), 'x')]).toEqual([most]);
    expect([...timesPixels(most, Int32Array.of(1), 'x')]).toEqual([most]);
    for (const run of [
      () => spread(2 ** 31, Int32Array.of(1), 'layer a: the work'),
      () => spread(2 ** 53, Int32Array.of(1, 1), 'layer a: the work'),
      () => spread(2 ** 32 + 1, Int32Array.of(1, 1), 'layer a: the work'),
      () => timesPixels(2 ** 30, Int32Array.of(1, 2), 'layer a: the work'),
    ]) {
      expect(run).toThrow(
        expect.objectContaining({
          ...{ kind: 'input', code: 'TOO_LARGE' },
          message: expect.stringMatching(/^layer a: the work/),
        }),
      );
    }
  });

  test('refuses a total that is no exact integer, though its shares fit', () => {
    const pixels = new Int32Array(2 ** 23).fill(1);
    expect(spread(2 ** 53 - 2 ** 23, pixels, 'x')[0]).toBe(2 ** 30 - 1);
    expect(() => spread(2 ** 53, pixels, 'x')).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });
});
