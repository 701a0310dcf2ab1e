/** `schedule()` against the reference, on random networks in random turns. */
import fc from 'fast-check';
import { operatorNetwork } from '../reference/random-network.ts';
import { smallNetwork, turnsCase } from '../reference/random-turns.ts';
import { fewestRounds } from '../reference/rounds.ts';
import { unrounded } from '../reference/turns-case.ts';
import { expectSameLayerByLayer, expectSameTurns } from './turns-agreement.ts';

/** Random networks of any reads. */
export function holdRandomNetworks(cases: number): void {
  fc.assert(fc.property(turnsCase(), expectSameTurns), { numRuns: cases });
}

/** Networks of operators, which are larger. */
export function holdLargerNetworks(cases: number): void {
  fc.assert(fc.property(turnsCase(operatorNetwork()), expectSameTurns), { numRuns: cases });
}

/** Copies by a policy, in rounds of one layer; one round where everything fits. */
export function holdLayerByLayer(cases: number): void {
  const property = fc.property(turnsCase(smallNetwork()), (asked) => {
    if (typeof asked.duplication !== 'string') return;
    const { slices, totalPes } = unrounded(asked);
    const isOne = fewestRounds({ slices, totalPes }).length === 1;
    expectSameLayerByLayer({ ...asked, rounds: isOne ? [0] : slices.map((_, slice) => slice) });
  });
  fc.assert(property, { numRuns: cases });
}
