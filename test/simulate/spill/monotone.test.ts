import { describe, test } from 'vitest';
import { expectNeverSlower, MONOTONE } from './monotone.ts';

describe('never slower', () => {
  test.each(MONOTONE)('%s', (_, all, better, play) => {
    expectNeverSlower(all, better, play, 60);
  });
});
