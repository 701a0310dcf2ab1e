import fc from 'fast-check';
import { describe, test } from 'vitest';
import { operatorNetwork } from '../../reference/random-network.ts';
import { turnsCase } from '../../reference/random-turns.ts';
import { expectSimulationAsScheduled } from './agreement.ts';

const numRuns = Number(process.env.RUNS ?? 60);
const seed = Number(process.env.SEED ?? 1);

describe('with free movement sets of weights in turns run when they do in the schedule', () => {
  test('of random networks', { timeout: 600_000 }, () => {
    fc.assert(fc.property(turnsCase(), expectSimulationAsScheduled), { numRuns, seed });
  });

  test('of networks of operators', { timeout: 600_000 }, () => {
    const cases = turnsCase(operatorNetwork());
    fc.assert(fc.property(cases, expectSimulationAsScheduled), { numRuns: numRuns >> 1, seed });
  });
});
