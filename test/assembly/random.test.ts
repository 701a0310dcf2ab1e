import { describe, expect, test } from 'vitest';
import { kernel } from './kernel.ts';

/** Counter, key and result of the authors' table of known answers (Random123, kat_vectors). */
const KNOWN: readonly (readonly [counter: readonly number[], key: readonly number[], result: string])[] = [
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    '408f276d 41c83b0e a20bc7c6 6d5451fd',
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
];

describe('random numbers by position', () => {
  test.each(KNOWN)('%j with the key %j', async (counter, key, result) => {
    const { draw, drawn } = await kernel();
    const [a = 0, b = 0, c = 0, d = 0] = counter;
    draw(a, b, c, d, key[0] ?? 0, key[1] ?? 0);
    const words = [0, 1, 2, 3].map((index) => (drawn(index) >>> 0).toString(16).padStart(8, '0'));
    expect(words.join(' ')).toBe(result);
  });

  test('make normal numbers: mean, deviation, skew, kurtosis, and no pair goes together', async () => {
    const { draw, normal } = await kernel();
    const sums = { first: 0, second: 0, third: 0, fourth: 0, product: 0 };
    const draws = 50_000;
    for (let i = 0; i < draws; i++) {
      draw(i, 0, 7, 0, 1, 2);
      const four = [normal(0), normal(1), normal(2), normal(3)];
      for (const x of four) {
        sums.first += x;
        sums.second += x * x;
        sums.third += x ** 3;
        sums.fourth += x ** 4;
      }
      sums.product += four[0]! * four[1]! + four[2]! * four[3]! + four[0]! * four[2]!;
    }
    const count = 4 * draws;
    // Six times the deviation of each.
    expect(Math.abs(sums.first / count)).toBeLessThan(6 / Math.sqrt(count));
    expect(Math.abs(sums.second / count - 1)).toBeLessThan(6 * Math.sqrt(2 / count));
    expect(Math.abs(sums.third / count)).toBeLessThan(6 * Math.sqrt(15 / count));
    expect(Math.abs(sums.fourth / count - 3)).toBeLessThan(6 * Math.sqrt(96 / count));
    expect(Math.abs(sums.product / draws)).toBeLessThan(6 * Math.sqrt(3 / draws));
  });

  test('make uniform numbers above 0 and at most 1', async () => {
    const { draw, lastUniform } = await kernel();
    const values = Array.from({ length: 20_000 }, (_, i) => {
      draw(i, 1, 2, 3, 4, 5);
      return lastUniform();
    });
    expect(Math.min(...values)).toBeGreaterThan(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    for (const limit of [0.1, 0.5, 0.9]) {
      const share = values.filter((value) => value <= limit).length / values.length;
      expect(Math.abs(share - limit)).toBeLessThan(0.02);
    }
  });
});
