import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { root } from '../docs/documents.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-packages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MESSAGE =
  'a queue needs bullmq and ioredis, which are not installed; beside clsa-cim run: npm install bullmq@6 ioredis@6';
const QUEUE = 'redis://127.0.0.1:1';

/** What a package without a command line says to standard error, and its status. */
function outcome(...args: string[]): Promise<{ status: number; stderr: string }> {
  return run(process.execPath, args, { cwd: folder }).then(
    ({ stderr }) => ({ status: 0, stderr }),
    ({ code, stderr }) => ({ status: code, stderr }),
  );
}

describe('installed without the packages of a queue', () => {
  const installed = join(folder, 'node_modules/clsa-cim');
  const main = join(installed, 'dist/src/cli/main.js');

  /** The package as it is built, with what it depends on and nothing else. */
  beforeAll(() => {
    for (const part of ['package.json', 'dist/src', 'dist/assembly', 'dist/engine.wasm'])
      cpSync(join(root, part), join(installed, part), { recursive: true });
    for (const name of Object.keys(packageJson.dependencies)) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link);
    }
  });

  test('all else works', async () => {
    expect(await outcome(main, 'schedule', 'tinyyolov4')).toEqual({ status: 0, stderr: '' });
    const code = `for (const entry of ['', '/core', '/sweep', '/queue']) await import('clsa-cim' + entry)`;
    expect(await outcome('--input-type=module', '--eval', code)).toEqual({ status: 0, stderr: '' });
  });

  test('the command line says what to install, before it loads anything', async () => {
    const stderr = `clsa-cim: ${MESSAGE}\n`;
    expect(await outcome(main, 'worker', '--queue', QUEUE)).toEqual({ status: 2, stderr });
    const sweep = ['sweep', 'none.yaml', '--out', 'results', '--queue', QUEUE];
    expect(await outcome(main, ...sweep)).toEqual({ status: 2, stderr });
  });

  test('the library says so too', async () => {
    const code = `
      import { serveQueue } from 'clsa-cim/queue';
      import { ClsaCimError, sweep } from 'clsa-cim/sweep';
      const fails = async (work) => {
        try { await work(); } catch (error) { console.error(error instanceof ClsaCimError, error.message); }
      };
      await fails(() => serveQueue('${QUEUE}'));
      await fails(() => sweep({ models: ['tinyyolov4'] }, { queue: '${QUEUE}' }).next());
    `;
    const { stderr } = await outcome('--input-type=module', '--eval', code);
    expect(stderr).toBe(`true ${MESSAGE}\ntrue ${MESSAGE}\n`);
  });
});

test('what is to be installed are the versions that package.json names', () => {
  // The judge of `verify` is optional, too.
  const { 'onnxruntime-web': _, ...ofQueues } = packageJson.peerDependencies;
  const versions = Object.entries(ofQueues).map(([name, range]) => `${name}@${/\d+/.exec(range)?.[0]}`);
  expect(MESSAGE).toContain(`npm install ${versions.join(' ')}`);
  expect(packageJson.peerDependenciesMeta).toEqual(
    Object.fromEntries(Object.keys(packageJson.peerDependencies).map((name) => [name, { optional: true }])),
  );
});
