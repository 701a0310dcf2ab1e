import { describe, expect, test } from 'vitest';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { Rounds } from '../../src/schedule/turn-options.ts';
import { validateResult } from '../../src/schedule/validate-result.ts';
import { chipOf } from './turns-agreement.ts';
import { askedOf } from './turns-drafts.ts';

/** Three layers, of which the second takes six PEs where the chip has four. */
const asked = askedOf(
  [
    { name: 'a', width: 4 },
    { name: 'b', width: 4, pes: 6, reads: 'a' },
    { name: 'c', width: 4, reads: 'b' },
  ],
  { totalPes: 4 },
);
const { network } = asked;
const chip = chipOf(asked);
const names = (rounds: Rounds) =>
  schedule(network, chip, { pes: 4, rounds }).rounds!.map(({ layers }) => layers);

describe('a list of rounds', () => {
  test('may name a layer that is cut into slices, which begins one with the first of them', () => {
    expect(names(['a', 'b', 'b[2/2]'])).toEqual([['a'], ['b[1/2]'], ['b[2/2]', 'c']]);
    expect(names(['b', 'b[2/2]', 'c'])).toEqual(names(['b[1/2]', 'b[2/2]', 'c']));
    expect(() => names(['b', 'b[1/2]', 'c'])).toThrow('b[1/2] does not stand behind b[1/2]');
  });
});

describe('a list of copies that does not fit', () => {
  test.each<[string, ScheduleOptions, number]>([
    ['auto', {}, 6],
    ['fewest', { rounds: 'fewest' }, 7],
    ['layer by layer', { scheduling: 'lbl' }, 6],
  ])('names the round: %s', (_, options, taken) => {
    expect(() => schedule(network, chip, { pes: 4, duplication: [1, 1, 3, 1], ...options })).toThrow(
      `the list of copies: the round that begins with b[2/2] takes ${taken} PEs and there are 4; give fewer copies`,
    );
  });
});

test('a group that memory does not hold is one clear error', () => {
  const wide = askedOf(
    [
      { name: 'a', width: 2 ** 12 },
      { name: 'b', width: 2 ** 12, reads: 'a' },
    ],
    { totalPes: 1 },
  );
  const options = { pes: 1, rounds: 'fewest', batch: 2 ** 20 } as const;
  expect(() => schedule(wide.network, chip, options)).toThrow(
    'a group of 1048576 inferences has more sets than memory holds (4 GiB at most); use smaller groups, or coarser sets',
  );
  expect(schedule(wide.network, chip, { ...options, batch: 2 }).cycles).toBeGreaterThan(2 ** 14);
});

test('a schedule is right whatever layers are called', () => {
  const named = askedOf(
    [
      { name: 'a', width: 4, pes: 2 },
      { name: 'b', width: 4, reads: 'a' },
      { name: 'a[1/2]', width: 4, reads: 'b' },
    ],
    { totalPes: 1 },
  );
  const result = schedule(named.network, chip, { pes: 1, keepSets: true });
  expect(result.rounds!.map(({ layers }) => layers[0])).toEqual(['a[1/2]', 'a[2/2]', 'b', 'a[1/2]']);
  validateResult(named.network, chip, result);
});
