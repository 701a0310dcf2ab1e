import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { readPlacementFile } from '../../../src/node/placement.ts';
import { parsePlacement } from '../../../src/simulate/placement/file.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-placement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('is a list of tiles, as YAML or JSON', () => {
  expect(parsePlacement('[3, 1, 0]', 'p.json')).toEqual([3, 1, 0]);
  expect(parsePlacement('# a comment\n- 3\n- 1\n', 'p.yaml')).toEqual([3, 1]);
  const path = join(folder, 'order.yaml');
  writeFileSync(path, '- 2\n- 0\n');
  expect(readPlacementFile(path)).toEqual([2, 0]);
});

test.each([
  ['', 'p.yaml: the file is empty'],
  ['snake', 'p.yaml: must be a list of tiles, in the order in which copies take them, found "snake"'],
  ['a: 1', 'must be a list of tiles, in the order in which copies take them, found a mapping'],
  ['[0, 1.5]', 'p.yaml: 1: must be the number of a tile, a whole number from 0 on, found 1.5'],
  ['[-1, a]', '0: must be the number of a tile, a whole number from 0 on, found -1 (and 1 more mistake)'],
  ['[4, 0, 4]', 'p.yaml: 2: tile 4 is given twice; keep one'],
  ['[4, 0', 'p.yaml: line 1, column'],
])('that is wrong is named in one line: %j', (text, message) => {
  expect(() => parsePlacement(text, 'p.yaml')).toThrow(ClsaCimError);
  expect(() => parsePlacement(text, 'p.yaml')).toThrow(message);
  expect(() => parsePlacement(text, 'p.yaml')).not.toThrow(/[\r\n]/);
});

test('that is not there is a misspelt name', () => {
  expect(() => readPlacementFile('optimized')).toThrow(
    /^no placement and no file is called "optimized"; did you mean "optimised"\?$/,
  );
  expect(() => readPlacementFile(folder)).toThrow(/: not a file; give a YAML or JSON file$/);
});
