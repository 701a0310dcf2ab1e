import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allTurns, bestTurns, objectiveValue } from './best-turns.ts';
import { smallNetwork, turnsCase } from './random-turns.ts';
import { turnsOf } from './turns-case.ts';

test('the best of all rounds and copies is no worse than what can be asked for, and can itself be asked for', () => {
  const better = { latency: 0, throughput: 0 };
  const property = fc.property(
    turnsCase(smallNetwork(3)),
    fc.constantFrom('latency' as const, 'throughput' as const),
    (asked, objective) => {
      const turns = turnsOf(asked);
      fc.pre(turns.slices.length <= 4 && turns.totalPes <= 8);
      const best = bestTurns(turns, objective);
      const value = objectiveValue(turns, objective);
      expect(best.value).toBeLessThanOrEqual(value);
      const { rounds, copies } = best;
      expect(objectiveValue(turnsOf({ ...asked, rounds, duplication: copies }), objective)).toBe(best.value);
      if (best.value < value) better[objective]++;
    },
  );
  fc.assert(property, { seed: 1, numRuns: 150 });
  expect(Math.min(...Object.values(better))).toBeGreaterThan(5);
});

test('all rounds and copies of two layers on three PEs', () => {
  const [asked] = fc.sample(
    turnsCase(smallNetwork(2)).filter((drawn) => turnsOf(drawn).slices.length === 2),
    { seed: 5, numRuns: 1 },
  );
  const turns = turnsOf(asked!);
  const sets = turns.slices.map((slice) => ({ ...slice, pes: 1 }));
  const found = [...allTurns({ ...turns, slices: sets, totalPes: 3 })];
  expect(found.map(({ rounds, copies }) => [rounds.join(), copies.join()])).toEqual(
    expect.arrayContaining([
      ['0', '1,1'],
      ['0', '1,2'],
      ['0', '2,1'],
      ['0,1', '3,3'],
    ]),
  );
  expect(found).toHaveLength(3 + 9);
});
