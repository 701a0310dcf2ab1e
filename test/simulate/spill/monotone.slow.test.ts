import { describe, test } from 'vitest';
import { expectNeverSlower, MONOTONE } from './monotone.ts';

const RUNS = Number(process.env.RUNS ?? 2000);

describe('never slower', { timeout: 300_000 }, () => {
  test.each(MONOTONE)('%s', (_, all, better, play) => {
    expectNeverSlower(all, better, play, RUNS);
  });
});
