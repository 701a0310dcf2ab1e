import { describe, expect, test } from 'vitest';
import { ALL, type Reads, SAME, shift } from '../../src/network/reads.ts';
import {
  areAllTheSame,
  areSameLists,
  classesOf,
  SetListComposer,
  type SetLists,
} from '../../src/workload/set-lists.ts';
import { listsOf, shown } from './lists.ts';

const windowOf = (kernel: number, stride: number, padding: number): Reads => ({
  ...{ kind: 'window', dilation: 1 },
  ...{ kernel, stride, padding },
});
const through = (reads: Reads, lists: SetLists, size = lists.length) =>
  new SetListComposer().through(reads, lists, size);

/** Four rows, each in a row of sets of its own. */
const ROWS = listsOf([0], [1], [2], [3]);

describe('what a layer reads through its operand', () => {
  test.each<[string, Reads, SetLists, number, number[][]]>([
    ['the same', SAME, ROWS, 4, [[0], [1], [2], [3]]],
    [
      'the only row, broadcast',
      SAME,
      listsOf([2, 5]),
      2,
      [
        [2, 5],
        [2, 5],
      ],
    ],
    [
      'everything',
      ALL,
      listsOf([0, 1], [1, 2]),
      2,
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
    [
      'windows',
      windowOf(3, 1, 1),
      ROWS,
      4,
      [
        [0, 1],
        [0, 1, 2],
        [1, 2, 3],
        [2, 3],
      ],
    ],
    ['every second row', shift(0, 2), ROWS, 4, [[0], [2], [], []]],
    ['the row before', shift(-1), ROWS, 4, [[], [0], [1], [2]]],
    ['the first rows', shift(0), ROWS, 2, [[0], [1]]],
    [
      'listed rows in any order',
      { kind: 'list', positions: [3, 1, 2, 0], taps: 2 },
      ROWS,
      2,
      [
        [1, 3],
        [0, 2],
      ],
    ],
    ['a listed row twice', { kind: 'list', positions: [1, 0, 1], taps: 3 }, ROWS, 1, [[0, 1]]],
    [
      'rows that share sets',
      windowOf(2, 1, 0),
      listsOf([0, 1], [1, 2], [0, 2]),
      2,
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ],
    ['rows in reverse', windowOf(3, 1, 0), listsOf([4], [2, 3], [0, 1]), 1, [[0, 1, 2, 3, 4]]],
    ['rows that read nothing', windowOf(2, 1, 0), listsOf([], [], [1]), 2, [[], [1]]],
  ])('of %s is composed, ascending and each once', (_, reads, lists, size, expected) => {
    expect(shown(through(reads, lists, size))).toEqual(expected);
  });

  test('by blocks is that of their rows, of which the last are fewer', () => {
    const blocks = (height: number) => new SetListComposer().blocks(ROWS, height);
    expect(shown(blocks(2))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(shown(blocks(3))).toEqual([[0, 1, 2], [3]]);
    expect(shown(blocks(4))).toEqual([[0, 1, 2, 3]]);
  });

  test('directly is the row of sets that each row lies in', () => {
    const [first, second, third] = new SetListComposer().own(Int32Array.of(0, 0, 1));
    expect(shown([first!, second!, third!])).toEqual([[0], [0], [1]]);
    expect(second).toBe(first);
  });
});

describe('lists are shared, not copied', () => {
  test.each<[string, Reads]>([
    ['the same', SAME],
    ['windows of one row, side by side', shift(0)],
  ])('all of them, where a layer reads %s', (_, reads) => {
    expect(through(reads, ROWS)).toBe(ROWS);
  });

  test('all of them, of sets of one row', () => {
    expect(new SetListComposer().blocks(ROWS, 1)).toBe(ROWS);
  });

  test('one, where only one is read', () => {
    const [none, row] = listsOf([], [3, 5]);
    expect(through(SAME, [row!], 2)).toEqual([row, row]);
    expect(through(SAME, [row!], 2)[1]).toBe(row);
    expect(through(windowOf(2, 1, 0), [none!, row!], 1)[0]).toBe(row);
    expect(through(windowOf(2, 1, 0), [row!, none!], 1)[0]).toBe(row);
    expect(through(windowOf(3, 1, 0), [row!, row!, row!], 1)[0]).toBe(row);
  });

  test('one, where a row or block reads what the one before it does', () => {
    const pairs: Reads = { kind: 'list', positions: [0, 1, 0, 1, 2, 3, 2, 3], taps: 2 };
    const [first, second, third, fourth] = through(pairs, ROWS);
    expect([second, fourth]).toEqual([first, third]);
    expect(second).toBe(first);
    expect(fourth).toBe(third);
    const blocks = new SetListComposer().blocks([...ROWS.slice(0, 2), ...ROWS.slice(0, 2)], 2);
    expect(blocks[1]).toBe(blocks[0]);
  });
});

test('more entries than memory holds are refused', () => {
  const most = 2 ** 25;
  const composer = new SetListComposer();
  const size = 2 ** 16;
  const many = composer.own(Int32Array.from({ length: size }, (_, row) => row));
  // A union counts its entries and one more.
  const [whole] = composer.through(ALL, many, 1);
  const [last] = composer.own(Int32Array.of(size));
  let counted = size + (size + 1) + 1;
  while (counted + size + 2 <= most - 6) {
    composer.through(ALL, [whole!, last!], 1);
    counted += size + 2;
  }
  composer.own(new Int32Array(most - 6 - counted));
  expect(shown(composer.through(ALL, [...ROWS.slice(0, 3), last!], 1))).toEqual([[0, 1, 2, size]]);
  composer.own(Int32Array.of(0));
  const tooLarge = expect.objectContaining({ kind: 'input', code: 'TOO_LARGE' });
  expect(() => composer.own(Int32Array.of(0))).toThrow(tooLarge);
  expect(() => composer.through(ALL, ROWS, 1)).toThrow(tooLarge);
});

describe('lists are compared by their sets', () => {
  test.each<[SetLists, boolean]>([
    [[], true],
    [listsOf([1]), true],
    [listsOf([0, 1], [0, 1], [0, 1]), true],
    [listsOf([], []), true],
    [listsOf([0, 1], [0, 1], [0, 2]), false],
    [listsOf([0, 1], [0, 2], [0, 1]), false],
    [listsOf([0, 1], [0]), false],
    [listsOf([0], [0, 1]), false],
    [listsOf([], [0]), false],
  ])('%j: all the same is %j', (lists, expected) => {
    expect(areAllTheSame(lists)).toBe(expected);
  });

  test('row by row', () => {
    const lists = listsOf([0, 1], [], [2]);
    expect(areSameLists(lists, lists)).toBe(true);
    expect(areSameLists(lists, listsOf([0, 1], [], [2]))).toBe(true);
    expect(areSameLists([], [])).toBe(true);
    for (const other of [
      listsOf([0, 1], []),
      listsOf([0, 1], [], [2], []),
      listsOf([0, 1], [], [3]),
      listsOf([0, 2], [], [2]),
      listsOf([0], [], [2]),
      listsOf([0, 1], [2], []),
      listsOf([3, 4], [5], [6]),
    ]) {
      expect(areSameLists(lists, other)).toBe(false);
    }
  });

  test('into classes of what is read along all edges, numbered as they appear', () => {
    const { classes, firsts } = classesOf([
      listsOf([7], [7], [1], [7], [1]),
      listsOf([0, 1], [0, 1], [0, 1], [0], [0, 1]),
    ]);
    expect([...classes]).toEqual([0, 0, 1, 2, 1]);
    expect(firsts).toEqual([0, 2, 3]);
  });
});
