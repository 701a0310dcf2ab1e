import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PICTURED, picturedSchedule, turnsPicture, writesOf } from '../../scripts/turns-picture.ts';
import { root } from './documents.ts';

test('docs/turns.svg is the schedule of today', () => {
  const path = join(root, 'docs/turns.svg');
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, turnsPicture());
  expect(readFileSync(path, 'utf8'), 'UPDATE_DOCS=1 makes it anew').toBe(turnsPicture());
});

test.each(['barrier', 'rolling'] as const)(
  '%s: the writes that are drawn end where copies are ready',
  (reload) => {
    const { result, residencies } = picturedSchedule(reload);
    const writes = writesOf(reload, result, residencies);
    const ready = residencies.map((residency) => residency.ready);
    expect(writes.map((own) => Math.max(0, ...own.map(([, written]) => written)))).toEqual(ready);
    const written = writes.flat().length;
    // Everything but what is there at the start: the first round, or as many PEs as there are.
    expect(written).toBe(PICTURED.inferences * result.writes! - PICTURED.pes);
  },
);

test('the picture has both ways to write, in two rounds, the first of which has two layers', () => {
  const { result } = picturedSchedule('rolling');
  expect(result.rounds!.map(({ layers }) => layers)).toEqual([['conv2d', 'conv2d_1'], ['conv2d_2']]);
  expect(result.minimumPes).toBeGreaterThan(PICTURED.pes);
  expect(result.cycles).toBeLessThan(picturedSchedule('barrier').result.cycles);
});
