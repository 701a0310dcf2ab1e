import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { type ScheduleOptions, schedule } from '../../src/schedule/schedule.ts';
import type { LayerSets } from '../../src/schedule/sets.ts';
import { chain } from './chain.ts';
import { chipOf } from './turns-agreement.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

/** The sets of layers on a chip with so many PEs, whose writes take 3 cycles. */
function setsOf(drafts: readonly Draft[], totalPes: number, options: ScheduleOptions): readonly LayerSets[] {
  const asked = askedOf(drafts, { totalPes });
  return schedule(asked.network, chipOf(asked), { pes: totalPes, keepSets: true, ...options }).sets!;
}

/** The copy that runs each set. */
const copiesOf = ({ count, copy }: LayerSets) => Array.from({ length: count }, (_, k) => copy(k));

const two: Draft[] = [
  { name: 'a', width: 3 },
  { name: 'b', width: 3, reads: 'a' },
];

describe('sets say', () => {
  // a takes three PEs and there are two: a[1/2] by itself, then a[2/2] beside b.
  const drafts: Draft[] = [
    { name: 'a', width: 2, pes: 3 },
    { name: 'b', width: 2, reads: 'a' },
  ];

  test('which slice of how many they are of, and in which round', () => {
    const sets = setsOf(drafts, 2, { duplication: 'none', rounds: 'fewest' });
    expect(sets.map(({ name, slice, round }) => ({ name, slice, round }))).toEqual([
      { name: 'a[1/2]', slice: { index: 0, of: 2 }, round: 0 },
      { name: 'a[2/2]', slice: { index: 1, of: 2 }, round: 1 },
      { name: 'b', slice: undefined, round: 1 },
    ]);
  });

  test('layer by layer too, where every slice is a round', () => {
    const sets = setsOf(drafts, 2, { duplication: 'none', scheduling: 'lbl' });
    expect(sets.map(({ slice, round }) => [slice?.index, round])).toEqual([
      [0, 0],
      [1, 1],
      [undefined, 2],
    ]);
  });

  test.each(['xinf', 'lbl'] as const)('nothing of slices and rounds where all weights stay: %s', (how) => {
    for (const batch of [1, 3]) {
      for (const own of setsOf(drafts, 4, { scheduling: how, batch, group: 1 })) {
        expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['slice']));
        expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['round']));
        expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['ready']));
      }
    }
  });
});

describe('the copy that runs a set', () => {
  test('is the next of all, from inference to inference, where weights stay', () => {
    const [a] = setsOf(two, 3, { duplication: [2, 1], batch: 2, group: 1 });
    expect(copiesOf(a!)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test('is the first at the start of each group where weights take turns', () => {
    const turns = { rounds: ['a', 'b'], duplication: [2, 1] };
    const [single] = setsOf(two, 2, { ...turns, batch: 2, group: 1 });
    expect(copiesOf(single!)).toEqual([0, 1, 0, 0, 1, 0]);
    const [three] = setsOf(two, 2, { ...turns, batch: 4, group: 3 });
    expect(copiesOf(three!)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0]);
  });

  test('layer by layer is the first at the start of each group', () => {
    const [a] = setsOf(two, 3, { duplication: [2, 1], scheduling: 'lbl', batch: 3, group: 2 });
    expect(copiesOf(a!)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
    const [single] = setsOf(two, 3, { duplication: [2, 1], scheduling: 'lbl', batch: 2, group: 1 });
    expect(copiesOf(single!)).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test('layer by layer is none where the MVMs of a set are spread over all of them', () => {
    const granularities = [
      { height: 2, width: 2 },
      { height: 1, width: 2 },
      { height: 2, width: 1 },
    ];
    for (const granularity of granularities) {
      const options = {
        granularity,
        scheduling: 'lbl',
        extraPes: 1,
        duplication: [2],
        keepSets: true,
      } as const;
      const [own] = schedule(chain(1, 4, 4), paper, options).sets!;
      expect(new Set(copiesOf(own!))).toEqual(new Set([undefined]));
    }
  });
});
