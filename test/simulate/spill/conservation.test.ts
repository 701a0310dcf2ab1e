import { test } from 'vitest';
import { expectConservedOn } from './conservation.ts';

test('where values spill all comes to an end, and nothing gets lost', () => {
  expectConservedOn(200);
});
