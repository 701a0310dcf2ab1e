import { describe, test } from 'vitest';
import { expectAgreementOn, RANDOM_GRAPHS } from './spilling-agreement.ts';

const RUNS = Number(process.env.RUNS ?? 200);

describe('values that spill: the engine agrees with the reference', { timeout: 500_000 }, () => {
  test.each(RANDOM_GRAPHS)('on %s', (_, all, share) => {
    expectAgreementOn(all, Math.ceil((share / 100) * RUNS));
  });
});
