import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

/** The built command line, as the package installs it. */
export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** A command that takes longer than this hangs. */
const LIMIT_MS = 30_000;

/** What a command left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How far a command is, which it says where the machine is slow. */
const PROGRESS = /^clsa-cim: (\w+: \d+ %|[\d,]+ of [\d,]+ points, ).*\n/gm;

/** What a command says but how far it is. */
export function withoutProgress(text: string): string {
  return text.replaceAll(PROGRESS, '');
}

/**
 * Runs the built command line in a process of its own, and leaves out how far it says it is. One that takes longer than 30 s is an
 * error.
 */
export function clsaCim(...args: string[]): Promise<Outcome> {
  if (!existsSync(MAIN)) throw new Error(`there is no ${MAIN}; run \`npm run build\` first`);
  return new Promise((resolve, reject) => {
    const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 } as const;
    const child: ChildProcess = execFile(
      process.execPath,
      [MAIN, ...args],
      limits,
      (error, stdout, stderr) => {
        const isKilled = error !== null && child.exitCode === null;
        if (isKilled) reject(new Error(`clsa-cim ${args.join(' ')} did not end within ${LIMIT_MS} ms`));
        else resolve({ status: child.exitCode, stdout, stderr: withoutProgress(stderr) });
      },
    );
    child.stdin?.end();
  });
}

/** That a schedule leaves out the tiles of a chip: said of every chip with tiles (tiles-ignored.test.ts). */
const TILES_IGNORED = /^clsa-cim: .* leaves out .*: values move for free; .* counts them\n/gm;

/** Standard output of a command that succeeds and has nothing else to say on standard error than that it leaves out tiles. */
export async function output(...args: string[]): Promise<string> {
  const { stderr, ...outcome } = await clsaCim(...args);
  const told = { ...outcome, stderr: stderr.replaceAll(TILES_IGNORED, '') };
  expect(told).toMatchObject({ status: 0, stderr: '' });
  return outcome.stdout;
}

/** The one JSON document on standard output of a command that succeeds. */
export async function json<T>(...args: string[]): Promise<T> {
  const document: T = JSON.parse(await output(...args, '--json'));
  return document;
}

/**
 * The message of a command that fails as commands shall: with this exit status, nothing on standard
 * output, and one line on standard error that is no stack.
 */
export async function failure(status: 1 | 2, ...args: string[]): Promise<string> {
  const outcome = await clsaCim(...args);
  expect(outcome).toMatchObject({ status, stdout: '' });
  expect(outcome.stderr).toMatch(/^clsa-cim: [^\p{Cc}]{10,1600}\n$/u);
  expect(outcome.stderr).not.toMatch(/\bat .*:\d+:\d+|file:\/\/|bug of ours|undefined|\[object/);
  return outcome.stderr.slice('clsa-cim: '.length, -1);
}

/** A folder for the files of one test file; it is removed in the end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
