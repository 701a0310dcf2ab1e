import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeSetFile } from '../../src/index.ts';
import { temporaryFolder } from '../cli/command-line.ts';
import { simulated } from '../scarce-chips.ts';

const folder = temporaryFolder();

/** The lines of the file of sets of a chip. */
async function written(chip: keyof typeof simulated): Promise<string[]> {
  const path = join(folder, `${chip}.csv`);
  await writeSetFile(path, simulated[chip].sets!);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('a file of sets says when something was fetched for each, where anything was', async () => {
  const [head = '', ...rows] = await written('spilling');
  expect(head.split(',').slice(-3)).toEqual(['finishCycle', 'fetchStartCycle', 'fetchEndCycle']);
  const expected = simulated.spilling.sets!.flatMap(({ count, fetchStart, fetchEnd }) =>
    Array.from({ length: count }, (_, k) => (fetchStart(k) < 0 ? ',' : `${fetchStart(k)},${fetchEnd(k)}`)),
  );
  expect(rows.map((row) => row.split(',').slice(-2).join())).toEqual(expected);
  expect(expected.some((own) => own.length > 1)).toBe(true);
});

test.each(['ample', 'inTurns'] as const)('and has no columns for it elsewhere: %s', async (chip) => {
  const [head] = await written(chip);
  expect(head!.endsWith(',startCycle,finishCycle')).toBe(true);
});
