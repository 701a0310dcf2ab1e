import { expect, test } from 'vitest';
import { expectNoFinding } from './fixed-seeds.ts';

test.each([
  ['engine', 150],
  ['simulation', 100],
])('the %s agrees with its reference', (name, count) => {
  expect(expectNoFinding(name, count)).toEqual({ taken: count, refused: 0 });
});
