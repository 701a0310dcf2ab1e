import { test } from 'vitest';
import { expectAgreementOnRandomGraphs } from './agreement.ts';

test('the engine agrees with the reference on random graphs and chips', () => {
  expectAgreementOnRandomGraphs(1000);
}, 500_000);
