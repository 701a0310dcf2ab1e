import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DuplicableLayer, duplicationPolicies } from '../../src/map/duplication/index.ts';

const { greedy } = duplicationPolicies;

/** Layers of one PE each, with so many MVMs. */
const layersOf = (mvms: readonly number[]): DuplicableLayer[] =>
  mvms.map((count, i) => ({ name: `layer${i}`, mvms: count, pesPerCopy: 1 }));

/** Whether the copy of layer i that comes after `a` copies goes before the one of layer j that comes after `b`. */
function isBefore(mvms: readonly number[], i: number, a: number, j: number, b: number): boolean {
  const [left, right] = [BigInt(mvms[i]!) * BigInt(b), BigInt(mvms[j]!) * BigInt(a)];
  return left > right || (left === right && i < j);
}

/** Demands that all PEs are given, and no copy before one that was to come first: what spec.md section 5 says of layers of one PE. */
function expectInOrder(mvms: readonly number[], extraPes: number): void {
  const copies = greedy(layersOf(mvms), extraPes);
  const all = mvms.reduce((sum, count) => sum + count - 1, 0);
  expect(copies.reduce((sum, count) => sum + count - 1, 0)).toBe(Math.min(all, extraPes));
  copies.forEach((own, i) => {
    copies.forEach((others, j) => {
      if (i === j || own === 1 || others >= mvms[j]!) return;
      expect(isBefore(mvms, i, own - 1, j, others), `${mvms}: ${copies}`).toBe(true);
    });
  });
}

test('millions of copies are given in the order of single ones', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 2 ** 22 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1.1, noNaN: true }), (mvms, share) => {
      expectInOrder(mvms, Math.floor(share * mvms.reduce((sum, count) => sum + count)));
    }),
    { numRuns: 60 },
  );
});

test('few MVMs more or less are told apart where their products are too large for floats', () => {
  for (const missing of [1, 2, 3, 4, 7, 100]) {
    for (const mvms of [
      [2 ** 31 - 3, 2 ** 31 - 2, 2 ** 31 - 1],
      [2 ** 31 - 1, 2 ** 31 - 2, 2 ** 31 - 3],
      [2 ** 31 - 2, 2 ** 31 - 2],
    ]) {
      const all = mvms.reduce((sum, count) => sum + count - 1, 0);
      expectInOrder(mvms, all - missing);
      expectInOrder(mvms, Math.floor(all / 2) - missing);
    }
  }
});

test('layers of several PEs take what is left, the first of equals first', () => {
  const layers = [
    { name: 'a', mvms: 1000, pesPerCopy: 3 },
    { name: 'b', mvms: 1000, pesPerCopy: 2 },
    { name: 'c', mvms: 500, pesPerCopy: 1 },
  ];
  // 200 copies of a and b each and 100 of c take 597, 398 and 99 PEs; the next copies are one of a, then of b, then of c.
  const even = 199 * 3 + 199 * 2 + 99;
  expect(greedy(layers, even)).toEqual([200, 200, 100]);
  expect(greedy(layers, even + 1)).toEqual([200, 200, 101]);
  expect(greedy(layers, even + 2)).toEqual([200, 201, 100]);
  expect(greedy(layers, even + 3)).toEqual([201, 200, 100]);
  expect(greedy(layers, even + 5)).toEqual([201, 201, 100]);
  expect(greedy(layers, 10 ** 9)).toEqual([1000, 1000, 500]);
});
