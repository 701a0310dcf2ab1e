import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operatorNetwork } from '../../reference/random-network.ts';
import { turnsCase } from '../../reference/random-turns.ts';
import { expectLayersAsScheduled, expectSimulationAsScheduled } from './agreement.ts';

/** Simulations with free movement against schedules, on so many random networks, and half as many of operators. */
export function testAsScheduled(numRuns: number): void {
  describe('with free movement sets of weights in turns run when they do in the schedule', () => {
    test('of random networks', { timeout: 600_000 }, () => {
      fc.assert(fc.property(turnsCase(), expectSimulationAsScheduled), { numRuns });
    });

    test('of networks of operators', { timeout: 600_000 }, () => {
      const cases = turnsCase(operatorNetwork());
      fc.assert(fc.property(cases, expectSimulationAsScheduled), { numRuns: numRuns >> 1 });
    });

    test('of random networks, layer by layer', { timeout: 600_000 }, () => {
      let inTurns = 0;
      const property = fc.property(turnsCase(), (asked) => {
        if (expectLayersAsScheduled(asked)) inTurns++;
      });
      fc.assert(property, { numRuns });
      expect(inTurns).toBeGreaterThan(numRuns / 4);
    });
  });
}
