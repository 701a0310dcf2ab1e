import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isaac } from '../../src/architecture/presets/isaac.ts';
import { simulateAndExplain } from '../../src/simulate/explain/explain.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { MAIN } from '../cli/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Says on standard error which threads a process has started, and how they ended. */
const RECORDER = join(folder, 'recorder.cjs');
writeFileSync(
  RECORDER,
  `const threads = require('node:worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(...given) {
      super(...given);
      process.stderr.write('[started]');
      this.on('exit', (code) => process.stderr.write('[ended ' + code + ']'));
    }
  };`,
);

/** What `simulate --explain` of ResNet50 on `isaac` prints, and which threads it has started. */
function explained(...options: string[]) {
  const args = [MAIN, 'simulate', 'resnet50', '--arch', 'isaac', '--explain', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(status).toBe(0);
  return { ...JSON.parse(stdout), threads: stderr.match(/\[.*?\]/g) ?? [] };
}

test('the command line explains with a second thread, and says what the library says without', () => {
  const { threads, ...document } = explained('--require', RECORDER);
  const { simulation, explanation } = simulateAndExplain(zooNetwork('resnet50'), isaac);
  expect(document.explanation).toEqual(JSON.parse(JSON.stringify(explanation)));
  expect(document.cycles).toBe(simulation.cycles);
  // On a busy machine the process may end before it is told that the thread has.
  expect([['[started]'], ['[started]', '[ended 0]']]).toContainEqual(
    availableParallelism() > 1 ? threads : ['[started]'],
  );
});
