import { describe, test } from 'vitest';
import { families } from './cases/index.ts';
import { check } from './check.ts';

describe.each(Object.entries(families))('%s', (_, cases) => {
  test.each(cases)('$name', check);
});
