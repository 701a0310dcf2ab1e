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
      fc.assert(fc.property(scheduleCase(networks), expectAgreement), { numRuns });
    },
    240_000,
  );
});
