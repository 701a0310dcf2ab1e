import { expect, test } from 'vitest';
import { type CopyWrite, copyWrites } from '../../src/schedule/copy-writes.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { TurnsCase } from '../reference/turns-case.ts';
import { chipOf } from './turns-agreement.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

const two: Draft[] = [
  { name: 'a', width: 2 },
  { name: 'b', width: 2, reads: 'a' },
];

/** The writes of a case of one copy per layer, each in a round of its own unless more fit. */
function writesOf(asked: TurnsCase, options: ScheduleOptions = {}): CopyWrite[] {
  const { network, totalPes: pes, batch, group } = asked;
  const all = {
    pes,
    batch,
    group,
    granularity: 'pixel',
    duplication: 'none',
    keepSets: true,
    ...options,
  } as const;
  return copyWrites(network, chipOf(asked), schedule(network, chipOf(asked), all));
}

/** Layer, group, copy, start and end of each. */
const short = (writes: readonly CopyWrite[]) =>
  writes.map(({ layer, group, copy, startCycle, endCycle }) => [layer, group, copy, startCycle, endCycle]);

test('copies of later rounds and groups are written, those of the first round are there', () => {
  // The times are those of turns-by-hand.test.ts.
  const asked = askedOf(two, { totalPes: 1, batch: 2, group: 1 });
  expect(short(writesOf(asked))).toEqual([
    [1, 0, 0, 2, 5],
    [0, 1, 0, 7, 10],
    [1, 1, 0, 12, 15],
  ]);
});

test('layer by layer all copies of a layer are written together', () => {
  const asked = askedOf(two, { totalPes: 1, batch: 3, group: 2 });
  // a runs four MVMs, b is written from 4 to 7 and runs until 11; then a from 14 to 16 and b from 19 to 21.
  expect(short(writesOf(asked, { scheduling: 'lbl' }))).toEqual([
    [1, 0, undefined, 4, 7],
    [0, 1, undefined, 11, 14],
    [1, 1, undefined, 16, 19],
  ]);
});

test('a copy is written from its first PE to its last, one after the other', () => {
  const drafts: Draft[] = [
    { name: 'a', width: 1, pes: 2 },
    { name: 'b', width: 1, pes: 2, reads: 'a' },
  ];
  expect(short(writesOf(askedOf(drafts, { totalPes: 2 })))).toEqual([[1, 0, 0, 1, 7]]);
  // One of its PEs is free, and there from the start: cycle 0.
  expect(short(writesOf(askedOf(drafts, { totalPes: 3 })))).toEqual([[1, 0, 0, 0, 4]]);
});

test('nothing is written where all weights are there', () => {
  expect(writesOf(askedOf(two, { totalPes: 2 }))).toEqual([]);
  expect(writesOf(askedOf(two, { totalPes: 2, batch: 2, group: 1 }), { scheduling: 'lbl' })).toEqual([]);
});
