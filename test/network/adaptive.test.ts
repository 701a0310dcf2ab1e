import { expect, test } from 'vitest';
import { adaptiveReads } from '../../src/network/operators/index.ts';

test('windows that lie side by side are no list, however many there are', () => {
  const side = { kind: 'window', kernel: 2, stride: 2, dilation: 1, padding: 0 };
  expect(adaptiveReads('pool', 2 ** 24, 2 ** 23)).toEqual(side);
});

test('windows that differ overlap where they share a position', () => {
  // 0 to 7/3, 7/3 to 14/3, 14/3 to 7.
  const positions = [0, 1, 2, 2, 3, 4, 4, 5, 6];
  expect(adaptiveReads('pool', 7, 3)).toEqual({ kind: 'list', positions, taps: 3 });
  // More positions than there are to read: each reads one or two.
  const repeated = [0, -1, 0, 1, 1, -1];
  expect(adaptiveReads('pool', 2, 3)).toEqual({ kind: 'list', positions: repeated, taps: 2 });
});

test('windows that differ are listed as long as they may hold 2^22 positions', () => {
  // Of 4n - 1 positions n windows read up to 5 each, one more than their mean.
  const ofFour = (count: number) => () => adaptiveReads('pool', 4 * count - 1, count);
  const most = Math.floor(2 ** 22 / 5);
  expect(ofFour(most)()).toMatchObject({ kind: 'list', taps: 5 });
  expect(ofFour(most + 1)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});
