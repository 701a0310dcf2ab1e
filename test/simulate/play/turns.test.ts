import { describe, test } from 'vitest';
import { expectAgreementInTurns, expectAgreementWithSpilling } from './turns-agreement.ts';

describe('weights that take turns: the engine agrees with the reference', () => {
  test('on random graphs and chips', () => {
    expectAgreementInTurns(30);
  });

  test('with values that spill, where it comes to its end', () => {
    expectAgreementWithSpilling(30);
  });
});
