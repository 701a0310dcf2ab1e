import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autoRounds } from '../../src/schedule/auto-rounds.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { autoRounds as slowRounds } from '../reference/rounds.ts';
import { describeTurns, type TurnsCase, unrounded } from '../reference/turns-case.ts';
import { openChoice } from './open-choice.ts';
import { askedOf, type Draft } from './turns-drafts.ts';

function roundsOf(asked: TurnsCase): readonly number[] | undefined {
  const { choice, engine } = openChoice(asked);
  return autoRounds(choice, engine);
}

/** Demands the rounds that are found by trying all cuts. */
function expectBest(asked: TurnsCase): void {
  if (typeof asked.duplication !== 'string') return;
  expect(roundsOf(asked), describeTurns(asked)).toEqual(slowRounds(unrounded(asked), asked.duplication));
}

/** A chain of layers, each of which reads all of the one before where `all` says so. */
function chainOf(widths: readonly number[], pes: readonly number[], all: readonly boolean[]): Draft[] {
  return widths.map((width, i) => ({
    ...{ name: `l${i}`, width, pes: pes[i % pes.length]! },
    ...(i > 0 && { reads: `l${i - 1}` }),
    ...(i > 0 && all[i % all.length] && { all: true as const }),
  }));
}

const CHAINS = [
  [2, 2, 2, 2, 2],
  [1, 1, 1, 1, 1, 1],
  [8, 4, 2, 4, 8],
  [6, 1, 6, 1, 6],
];
const TAKEN = [[1], [1, 2], [2, 1, 3]];

describe('the best of all rounds, of equals the fewest and then the earliest', () => {
  test.each(CHAINS.map((widths) => [widths.join(), widths] as const))('of layers of %s MVMs', (_, widths) => {
    for (const pes of TAKEN) {
      for (const all of [[true], [false], [false, true]]) {
        for (const writeCycles of [1, 2, 5]) {
          for (const totalPes of [3, 4, 6]) {
            for (const duplication of ['none', 'greedy'] as const) {
              const chip = { totalPes, writeCycles, duplication, parallelWrites: 1 + (writeCycles % 2) };
              expectBest(askedOf(chainOf(widths, pes, all), chip));
            }
          }
        }
      }
    }
  });

  test('of random networks', () => {
    fc.assert(fc.property(turnsCase(smallNetwork(5)), expectBest), { numRuns: 100 });
  }, 60_000);
});

test('a list of copies that fits no rounds has none', () => {
  const drafts = chainOf([4, 4, 4], [2], [true]);
  expect(roundsOf(askedOf(drafts, { totalPes: 4, duplication: [1, 3, 1] }))).toBe(undefined);
  expect(roundsOf(askedOf(drafts, { totalPes: 4, duplication: [2, 2, 2] }))).toEqual([0, 1, 2]);
  expect(roundsOf(askedOf(drafts, { totalPes: 6, duplication: [1, 2, 1] }))).toEqual([0, 2]);
});
