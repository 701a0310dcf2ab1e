import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = 'docs/examples/three-layers.cfg';
const MESH = ['--arch', 'docs/examples/mesh.yaml', '--granularity', 'row'];

/** A file with this text. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const copies = file('copies.yaml', '[1, 1, 1000000]');
const tiles = file('tiles.yaml', '[9999]');
const placing = file('placing.mjs', 'export default () => [];');

test.each<[string, string[], RegExp]>([
  [
    'copies of a schedule',
    ['schedule', NET, '--duplication', copies],
    /^--duplication \S*copies\.yaml: takes /,
  ],
  ['copies of layers', ['inspect', NET, '--duplication', copies], /^--duplication \S*copies\.yaml: takes /],
  [
    'copies of a simulation',
    ['simulate', NET, ...MESH, '--duplication', copies],
    /^--duplication \S*copies\.yaml: takes /,
  ],
  [
    'tiles',
    ['simulate', NET, ...MESH, '--placement', tiles],
    /^--placement \S*tiles\.yaml: entry 0: 9999 is no tile; tiles are 0 to 15$/,
  ],
  [
    'a function of tiles',
    ['simulate', NET, ...MESH, '--placement', placing],
    /^--placement \S*placing\.mjs: has 0 of /,
  ],
])('a message about %s names the option and its file', async (_, args, message) => {
  expect(await failure(2, ...args)).toMatch(message);
});
