import fc from 'fast-check';
import { describe, test } from 'vitest';
import { operatorNetwork, rawNetwork, scheduleCase } from '../reference/random-network.ts';
import { expectAgreement } from './agreement.ts';

describe('the engine agrees with the reference on random networks', () => {
  test.each([
    ['of operators', operatorNetwork(), 3000],
    ['of arbitrary reads', rawNetwork(), 2000],
  ])(
    '%s',
    (_, networks, numRuns) => {
      fc.assert(
        fc.property(scheduleCase(networks), (drawn) => expectAgreement(drawn)),
        { numRuns },
      );
    },
    240_000,
  );

  test('where MVMs overlap', () => {
    const resultCycles = fc.oneof(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 7, max: 10_000 }));
    fc.assert(fc.property(scheduleCase(), resultCycles, expectAgreement), { numRuns: 1000 });
  }, 120_000);
});
