import { describe, test } from 'vitest';
import { expectAgreementInTurns, expectAgreementWithSpilling } from './turns-agreement.ts';

const RUNS = Number(process.env.RUNS ?? 200);

describe('weights that take turns: the engine agrees with the reference', { timeout: 500_000 }, () => {
  test('on random graphs and chips', () => {
    expectAgreementInTurns(RUNS);
  });

  test('with values that spill, where it comes to its end', () => {
    expectAgreementWithSpilling(RUNS);
  });
});
