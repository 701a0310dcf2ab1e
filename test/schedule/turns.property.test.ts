import fc from 'fast-check';
import { describe, test } from 'vitest';
import { operatorNetwork } from '../reference/random-network.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { fewestRounds } from '../reference/rounds.ts';
import { unrounded } from '../reference/turns-case.ts';
import { expectSameLayerByLayer, expectSameTurns } from './turns-agreement.ts';

describe('schedule() agrees with the reference', () => {
  test('on random networks in random turns', () => {
    fc.assert(fc.property(turnsCase(), expectSameTurns), { numRuns: 1500 });
  }, 240_000);

  test('on larger networks', () => {
    fc.assert(fc.property(turnsCase(operatorNetwork()), expectSameTurns), { numRuns: 200 });
  }, 240_000);

  test('layer by layer', () => {
    const property = fc.property(turnsCase(smallNetwork()), (asked) => {
      // Copies by a policy, in rounds of one layer; one round where everything fits.
      if (typeof asked.duplication !== 'string') return;
      const { slices, totalPes } = unrounded(asked);
      const isOne = fewestRounds({ slices, totalPes }).length === 1;
      expectSameLayerByLayer({ ...asked, rounds: isOne ? [0] : slices.map((_, slice) => slice) });
    });
    fc.assert(property, { numRuns: 500 });
  });
});
