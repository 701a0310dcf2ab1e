import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../docs/documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-wasm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCRIPTS: Record<'build:wasm' | 'build:debug', string> = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
).scripts;

const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Builds the engine in a fresh folder, which holds nothing but its sources; the hashes of what came out. */
function build(name: string, target: string, zone: string): Record<string, string> {
  const sources = join(folder, name, target);
  mkdirSync(sources, { recursive: true });
  cpSync(join(root, 'assembly'), join(sources, 'assembly'), { recursive: true });
  cpSync(join(root, 'asconfig.json'), join(sources, 'asconfig.json'));
  const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`;
  execSync(SCRIPTS[target === 'release' ? 'build:wasm' : 'build:debug'], {
    ...{ cwd: sources, env: { ...process.env, TZ: zone, PATH } },
  });
  const files = target === 'release' ? ['engine.wasm'] : ['engine.debug.wasm', 'engine.debug.wasm.map'];
  return Object.fromEntries(files.map((file) => [file, hash(join(sources, 'dist', file))]));
}

test.each(['release', 'debug'])(
  'the engine is built the same twice, wherever and whenever, as it is in dist: %s',
  (target) => {
    const first = build('one', target, 'UTC');
    const second = build('another-folder with a longer name', target, 'Asia/Tokyo');
    expect(second).toEqual(first);
    for (const [file, expected] of Object.entries(first)) {
      expect(hash(join(root, 'dist', file)), `${file} is of older sources; run \`npm run build\``).toBe(
        expected,
      );
    }
  },
  240_000,
);
