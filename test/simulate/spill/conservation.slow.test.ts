import { test } from 'vitest';
import { expectConservedOn } from './conservation.ts';

test('where values spill all comes to an end, and nothing gets lost', { timeout: 500_000 }, () => {
  expectConservedOn(Number(process.env.RUNS ?? 5000));
});
