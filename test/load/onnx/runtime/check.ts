import { expect } from 'vitest';
import type { OperatorCase } from './case.ts';
import { compare } from './compare.ts';

/** The loader knows all that the runtime reads, and no more, unless the case says why it does. */
export async function check(test: OperatorCase): Promise<void> {
  const { shapes, missing, tooMany } = await compare(test);
  const found = {
    shapes,
    missing: summary(missing),
    tooMany: test.coarse === undefined ? summary(tooMany) : [],
  };
  expect(found).toEqual({ shapes: [], missing: [], tooMany: [] });
  // A reason that nothing needs any more is to be taken away.
  if (test.coarse !== undefined) expect(tooMany.length, `reads too much: ${test.coarse}`).toBeGreaterThan(0);
}

function summary(list: readonly string[]): string[] {
  return list.length <= 6 ? [...list] : [...list.slice(0, 5), `and ${list.length - 5} more`];
}
