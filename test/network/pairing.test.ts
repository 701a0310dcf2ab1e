import { describe, expect, test } from 'vitest';
import type { Layout } from '../../src/network/layout.ts';
import { pair, type Step, steps } from '../../src/network/pairing.ts';
import { ALL, type Reads, SAME } from '../../src/network/reads.ts';
import { positionsRead } from '../reference/reads.ts';
import { c, h, w } from './digits.ts';

const window = (kernel: number, dilation: number, stride: number): Reads => ({
  ...{ kind: 'window', padding: 0 },
  ...{ kernel, dilation, stride },
});
const list = (...positions: number[]): Reads => ({ kind: 'list', positions });
const repeated = (times: number): Reads => ({
  ...{ kind: 'transposed', dilation: 1, padding: 0 },
  ...{ kernel: times, stride: times },
});

/** Digits as bound ones are written here: size, stride in the operand, stride in the output. */
type Bound = readonly [size: number, from: number, to: number];
type Free = readonly [size: number, stride: number];

const direction = (bound: readonly Bound[], free: readonly Free[]) => ({
  bound: bound.map(([size, from, to]) => ({ size, from, to })),
  free: free.map(([size, stride]) => ({ size, stride })),
});

/** Every position that output position `p` reads by the definition: its digits, and all values of the free ones. */
function readByDigits(bound: readonly Bound[], free: readonly Free[], p: number): number[] {
  const start = bound.reduce((sum, [size, from, to]) => sum + (Math.floor(p / to) % size) * from, 0);
  return free.reduce<number[]>(
    (all, [size, stride]) =>
      all.flatMap((position) => Array.from({ length: size }, (_, i) => position + i * stride)),
    [start],
  );
}

/** What output position `p` reads through all edges of a chain. */
function readThrough(chain: readonly Step[], p: number, inputSize: number): number[] {
  const sizes = [inputSize, ...chain.map(({ size }) => size)];
  return chain.reduceRight(
    (all, { reads }, i) => all.flatMap((q) => positionsRead(reads, q, sizes[i]!)),
    [p],
  );
}

const sorted = (positions: readonly number[]) => [...new Set(positions)].toSorted((a, b) => a - b);

describe('what output positions read in one direction', () => {
  test.each<[string, Bound[], Free[], number, number, [Reads, number][]]>([
    ['the same', [[6, 1, 1]], [], 6, 6, [[SAME, 6]]],
    [
      'the same, of two digits',
      [
        [2, 1, 1],
        [3, 2, 2],
      ],
      [],
      6,
      6,
      [[SAME, 6]],
    ],
    ['the only one', [], [], 1, 6, [[SAME, 6]]],
    ['all', [], [[6, 1]], 6, 4, [[ALL, 4]]],
    ['each repeated', [[3, 1, 2]], [], 3, 6, [[repeated(2), 6]]],
    ['all over and over', [[3, 1, 1]], [], 3, 6, [[list(0, 1, 2, 0, 1, 2), 6]]],
    [
      'with the digits swapped',
      [
        [2, 1, 3],
        [3, 2, 1],
      ],
      [],
      6,
      6,
      [[list(0, 2, 4, 1, 3, 5), 6]],
    ],
    ['blocks', [[3, 2, 1]], [[2, 1]], 6, 3, [[window(2, 1, 2), 3]]],
    ['a comb', [[2, 1, 1]], [[3, 2]], 6, 2, [[window(3, 2, 1), 2]]],
    [
      'a comb of two digits',
      [[2, 1, 1]],
      [
        [2, 8],
        [4, 2],
      ],
      16,
      2,
      [[window(8, 2, 1), 2]],
    ],
    [
      'blocks numbered by two digits',
      [
        [3, 4, 2],
        [2, 2, 1],
      ],
      [[2, 1]],
      12,
      6,
      [[window(2, 1, 2), 6]],
    ],
    [
      'blocks numbered by two digits, fastest first',
      [
        [2, 2, 1],
        [3, 4, 2],
      ],
      [[2, 1]],
      12,
      6,
      [[window(2, 1, 2), 6]],
    ],
    [
      'blocks of free neighbours',
      [[2, 6, 1]],
      [
        [2, 1],
        [3, 2],
      ],
      12,
      2,
      [[window(6, 1, 6), 2]],
    ],
    [
      'each block repeated',
      [[3, 2, 2]],
      [[2, 1]],
      6,
      6,
      [
        [window(2, 1, 2), 3],
        [repeated(2), 6],
      ],
    ],
    [
      'all blocks over and over',
      [[3, 2, 1]],
      [[2, 1]],
      6,
      6,
      [
        [window(2, 1, 2), 3],
        [list(0, 1, 2, 0, 1, 2), 6],
      ],
    ],
    [
      'blocks in another order',
      [
        [3, 2, 2],
        [2, 6, 1],
      ],
      [[2, 1]],
      12,
      6,
      [
        [window(2, 1, 2), 6],
        [list(0, 3, 1, 4, 2, 5), 6],
      ],
    ],
    [
      'blocks repeated in the middle',
      [
        [3, 4, 4],
        [2, 2, 1],
      ],
      [[2, 1]],
      12,
      12,
      [
        [window(2, 1, 2), 6],
        [list(0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5), 12],
      ],
    ],
    [
      'two windows',
      [
        [3, 4, 2],
        [2, 1, 1],
      ],
      [
        [2, 12],
        [2, 2],
      ],
      24,
      6,
      [
        [window(2, 12, 1), 12],
        [window(2, 2, 1), 10],
        [list(0, 1, 4, 5, 8, 9), 6],
      ],
    ],
    [
      'two windows, the last of which begin at every other position',
      [
        [3, 4, 1],
        [2, 2, 3],
      ],
      [
        [2, 12],
        [2, 1],
      ],
      24,
      6,
      [
        [window(2, 12, 1), 12],
        [window(2, 1, 2), 6],
        [list(0, 2, 4, 1, 3, 5), 6],
      ],
    ],
    [
      'two windows in order',
      [
        [3, 4, 2],
        [2, 2, 1],
      ],
      [
        [2, 12],
        [2, 1],
      ],
      24,
      6,
      [
        [window(2, 12, 1), 12],
        [window(2, 1, 2), 6],
        [repeated(1), 6],
      ],
    ],
    [
      'two windows, one of two digits',
      [
        [2, 12, 2],
        [2, 6, 1],
      ],
      [
        [2, 1],
        [2, 24],
        [3, 2],
      ],
      48,
      4,
      [
        [window(2, 24, 1), 24],
        [window(6, 1, 6), 4],
        [repeated(1), 4],
      ],
    ],
  ])('%s', (_, bound, free, inputSize, outputSize, expected) => {
    const chain = steps('layer', direction(bound, free), inputSize, outputSize);
    expect(chain).toEqual(expected.map(([reads, size]) => ({ reads, size })));
    for (let p = 0; p < outputSize; p++) {
      expect(sorted(readThrough(chain, p, inputSize))).toEqual(sorted(readByDigits(bound, free, p)));
    }
  });
});

describe('positions of an operand and of an output', () => {
  const rows = (bound: readonly Bound[], free: readonly Free[]) => ({
    ...{ h: direction(bound, free), w: direction([], []) },
  });

  test.each<[string, Layout, Layout, readonly number[], object]>([
    [
      'of the same axis belong together',
      [[h(4, 1)]],
      [[h(4, 1)]],
      [],
      { ...rows([[4, 1, 1]], []), isExact: true },
    ],
    [
      'along an axis that is summed are all read',
      [[h(4, 1)]],
      [[h(4, 1)]],
      [0],
      { ...rows([], [[4, 1]]), isExact: true },
    ],
    ['of size 1 are read by all', [[h(4, 1)]], [[]], [], { ...rows([], []), isExact: true }],
    [
      'are counted from the last axis',
      [[h(2, 1)], [h(4, 2)]],
      [[h(4, 1)]],
      [],
      { ...rows([[4, 1, 2]], []), isExact: true },
    ],
    [
      'that lie along an axis that the output has not are all read',
      [[c(3)]],
      [[h(4, 1)], [c(3)]],
      [],
      { ...rows([], [[4, 1]]), isExact: false },
    ],
    [
      'that lie along an axis that is 1 in the output are all read',
      [[]],
      [[h(4, 1)]],
      [],
      { ...rows([], [[4, 1]]), isExact: false },
    ],
    [
      'that lie along channels of the output are all read',
      [[c(4)]],
      [[h(4, 1)]],
      [],
      { ...rows([], [[4, 1]]), isExact: true },
    ],
    [
      'need not be told by channels',
      [[h(4, 1)], [c(3)]],
      [[c(4)], [c(3)]],
      [],
      { ...rows([], []), isExact: true },
    ],
    [
      'need not be told by channels that the output has not',
      [[]],
      [[c(4)]],
      [],
      { ...rows([], []), isExact: true },
    ],
    [
      'are split where digits of the output end',
      [[h(2, 2), h(3, 4)]],
      [[h(6, 1)]],
      [],
      {
        ...rows(
          [
            [2, 3, 2],
            [3, 1, 4],
          ],
          [],
        ),
        isExact: true,
      },
    ],
    [
      'are split where their own digits end',
      [[h(6, 1)]],
      [[h(2, 2), h(3, 4)]],
      [],
      {
        ...rows(
          [
            [2, 2, 3],
            [3, 4, 1],
          ],
          [],
        ),
        isExact: true,
      },
    ],
    [
      'whose digit cannot be split by one of the output are all read',
      [[h(4, 1)]],
      [[h(6, 1)]],
      [],
      { ...rows([], [[6, 1]]), isExact: false },
    ],
    [
      'whose digit cannot split one of the output are all read',
      [[h(6, 1)]],
      [[h(4, 1)]],
      [],
      { ...rows([], [[4, 1]]), isExact: false },
    ],
  ])('%s', (_, output, operand, summed, expected) => {
    expect(pair(output, operand, summed)).toEqual(expected);
  });

  test('do not belong together where one is a row and the other a column', () => {
    expect(pair([[w(4, 1)]], [[h(4, 1)]])).toEqual({ ...rows([], [[4, 1]]), isExact: false });
  });

  test('have digits of H and of W in directions of their own', () => {
    const tokens: Layout = [[h(4, 1), w(5, 1)], [c(3)]];
    const map: Layout = [[h(4, 1)], [w(5, 1)], [c(3)]];
    expect(pair(tokens, tokens)).toEqual({
      ...{ h: direction([[4, 1, 1]], []), w: direction([[5, 1, 1]], []), isExact: true },
    });
    expect(pair(map, map, [0])).toEqual({
      ...{ h: direction([], [[4, 1]]), w: direction([[5, 1, 1]], []), isExact: true },
    });
  });
});
