import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundBounds } from '../../src/schedule/round-bounds.ts';
import { allCopies } from '../optimize/brute-force.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { allCuts, type Unrounded } from '../reference/rounds.ts';
import { latest, referenceTurns, setsOf } from '../reference/turns.ts';
import { type TurnsCase, unrounded } from '../reference/turns-case.ts';
import { mvmsOf } from '../reference/turns-metrics.ts';
import { openChoice } from './open-choice.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

function boundsOf(asked: TurnsCase) {
  const { choice, engine } = openChoice(asked);
  return roundBounds(choice, engine);
}

/** Bounds of all rounds, by their first slice. */
function allBounds(asked: TurnsCase): number[][] {
  const bounds = boundsOf(asked);
  const { length } = unrounded(asked).slices;
  return Array.from({ length }, (_, start) =>
    Array.from({ length: length - start }, (__, i) => bounds.ofRound(start, start + 1 + i)),
  );
}

/** What a round takes by itself, with these copies of all slices, on a chip that holds them. */
function makespan(turns: Unrounded, start: number, end: number, copies: readonly number[]): number {
  const rounds = [...new Set([0, start, end])].filter((slice) => slice < turns.slices.length);
  const own = turns.slices.map((_, i) => (i < start || i >= end ? 1 : copies[i - start]!));
  const held = { ...turns, totalPes: Math.max(turns.totalPes, 1e6), batch: turns.group };
  const { slices } = referenceTurns({ ...held, rounds, copies: own, reload: 'barrier' });
  const endOf = (from: number, to: number) => latest(slices.slice(from, to).flatMap(({ finish }) => finish));
  return endOf(start, end) - (start === 0 ? 0 : endOf(0, start));
}

/** A bound by the letter of what `roundBounds` promises, by trying one interval after the other. */
function slowBound(turns: Unrounded, start: number, end: number): number {
  const own = turns.slices.slice(start, end).map((slice, i) => ({ ...slice, index: start + i }));
  if (own.reduce((sum, { pes }) => sum + pes, 0) > turns.totalPes) return Infinity;
  const all = { ...turns, rounds: [0], copies: [] };
  const copiesWithin = (cycles: number) =>
    own.map(({ base, index }) => {
      const { sets } = turns.analysis.layers[base]!;
      const sizes = new Set(sets.map(({ pixels }) => pixels));
      const [size] = sizes.size === 1 ? [...sizes] : [1];
      const count = (turns.group * mvmsOf(turns, index)) / size!;
      return Math.ceil(count / Math.floor(cycles / size!));
    });
  const takes = (copies: readonly number[]) => own.reduce((sum, { pes }, i) => sum + pes * copies[i]!, 0);
  let cycles = 1;
  while (!(takes(copiesWithin(cycles)) <= turns.totalPes)) cycles++;
  const most = own.map(({ pes, index }) =>
    Math.min(Math.floor(turns.totalPes / pes), setsOf(all, index) * turns.group),
  );
  const path = makespan({ ...turns, writeCycles: 0 }, start, end, most);
  const first = start === 0 ? 0 : Math.ceil(own[0]!.pes / turns.parallelWrites) * turns.writeCycles;
  return first + Math.max(cycles + turns.resultCycles - 1, path);
}

describe('bounds by hand', () => {
  const drafts: Draft[] = [
    { name: 'a', width: 8 },
    { name: 'b', width: 4, pes: 2, reads: 'a', all: true },
    { name: 'c', width: 2, reads: 'b' },
  ];

  test('of rounds that fit', () => {
    // a by itself has four copies: two cycles. a and b: in 8 cycles one copy of each is done, and in 4 cycles two of a, too,
    // but b waits for all of a, and has two copies then: 2 + 2. With c it is 4 for a, b and c; c ends a cycle behind b's last.
    // b and c are written first, b's two PEs one after the other: 6 + 2; both together take 4 cycles with a copy of each, or
    // 2 with two of b, which do not fit. c has no more copies than sets: 3 + 1.
    expect(allBounds(askedOf(drafts, { totalPes: 4 }))).toEqual([[2, 4, 8], [8, 10], [4]]);
  });

  test('of rounds that do not fit, which are endless', () => {
    const bounds = boundsOf(askedOf(drafts, { totalPes: 2 }));
    expect([bounds.ofRound(0, 1), bounds.ofRound(0, 2), bounds.ofRound(0, 3)]).toEqual([
      4,
      Infinity,
      Infinity,
    ]);
    expect([bounds.ofRound(1, 2), bounds.ofRound(1, 3), bounds.ofRound(2, 3)]).toEqual([10, Infinity, 4]);
    // Each in a round of its own.
    expect([0, 1, 2, 3].map((start) => bounds.toTheEnd(start))).toEqual([18, 14, 4, 0]);
  });

  test.each<[string, number, TurnsCase['granularity'], number]>([
    // Five PEs for 24 MVMs of two inferences: five on a copy.
    ['pixels', 12, 'pixel', 5],
    // Six sets of four MVMs: two of them on a copy.
    ['sets of four', 12, { height: 1, width: 4 }, 8],
    // 4, 4, 2 and again: four MVMs on each copy would do, but the sixth set is on the copy of the first.
    ['cut sets', 10, { height: 1, width: 4 }, 6],
  ])('of %s', (_, width, granularity, bound) => {
    const asked = { totalPes: 5, batch: 2, group: 2, granularity };
    expect(allBounds(askedOf([{ name: 'a', width }], asked))).toEqual([[bound]]);
  });
});

test('bounds are as slow ones, and of rounds to the end the least of all cuts', () => {
  const property = fc.property(turnsCase(smallNetwork(4)), (drawn) => {
    const asked = { ...drawn, writeCycles: 1 + (drawn.writeCycles % 50), duplication: 'none' as const };
    const turns = unrounded(asked);
    const { length } = turns.slices;
    fc.pre(length <= 6);
    const bounds = boundsOf(asked);
    const least = new Array<number>(length + 1).fill(Infinity);
    least[length] = 0;
    for (let start = length - 1; start >= 0; start--) {
      for (let end = start + 1; end <= length; end++) {
        const bound = slowBound(turns, start, end);
        expect(bounds.ofRound(start, end), `${start} to ${end}`).toBe(bound);
      }
      const sums = allCuts(length - start).map((starts) =>
        starts.reduce(
          (sum, first, i) => sum + bounds.ofRound(start + first, start + (starts[i + 1] ?? length - start)),
          0,
        ),
      );
      expect(bounds.toTheEnd(start)).toBe(Math.min(...sums));
    }
  });
  fc.assert(property, { numRuns: 60 });
}, 60_000);

test('no copies of a round go below', () => {
  const property = fc.property(turnsCase(smallNetwork(3)), (drawn) => {
    const asked = { ...drawn, writeCycles: 1 + (drawn.writeCycles % 50), duplication: 'none' as const };
    const turns = unrounded(asked);
    const { length } = turns.slices;
    fc.pre(length <= 4 && turns.totalPes <= 8);
    const bounds = boundsOf(asked);
    const all = { ...turns, rounds: [0], copies: [] };
    for (let start = 0; start < length; start++) {
      for (let end = start + 1; end <= length; end++) {
        const pes = turns.slices.slice(start, end).map((slice) => slice.pes);
        const most = pes.map((_, i) => setsOf(all, start + i) * turns.group);
        for (const copies of allCopies(pes, turns.totalPes, most)) {
          expect(bounds.ofRound(start, end)).toBeLessThanOrEqual(makespan(turns, start, end, copies));
        }
      }
    }
  });
  fc.assert(property, { numRuns: 15 });
}, 60_000);
