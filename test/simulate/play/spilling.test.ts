import { describe, test } from 'vitest';
import { expectAgreementOn, RANDOM_GRAPHS } from './spilling-agreement.ts';

const RUNS = 30;

describe('values that spill: the engine agrees with the reference', () => {
  test.each(RANDOM_GRAPHS)('on %s', (_, all, share) => {
    expectAgreementOn(all, Math.ceil((share / 100) * RUNS));
  });
});
