import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { MAIN, withoutProgress } from '../cli/command-line.ts';

const running = new Set<ChildProcess>();

/** A command that runs beside the test. */
export interface Started {
  readonly process: ChildProcess;
  /** Its standard error until now. */
  told(): string;
  readonly ended: Promise<{ status: number | null; stdout: string; stderr: string }>;
}

export function start(args: readonly string[], cwd?: string): Started {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (status) => {
      running.delete(child);
      resolve({ status, stdout, stderr: withoutProgress(stderr) });
    });
  });
  return { process: child, told: () => stderr, ended };
}

/** Ends what a test that failed has left. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

export async function until(holds: () => boolean | Promise<boolean>, what: string, limitMs = 20_000) {
  const start = performance.now();
  while (!(await holds())) {
    if (performance.now() - start > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await delay(20);
  }
}

/** Lines of a sweep's journal. */
export function journalLines(directory: string): string[] {
  const path = join(directory, 'journal.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** The same results as in another directory, byte for byte, and every point exactly once in the journal. */
export function expectSameResults(directory: string, reference: string): void {
  const keys = journalLines(directory).map((line) => JSON.parse(line).key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.toSorted()).toEqual(
    journalLines(reference)
      .map((line) => JSON.parse(line).key)
      .toSorted(),
  );
  for (const file of ['results.csv', 'results.parquet', 'summary.json']) {
    const same = readFileSync(join(directory, file)).equals(readFileSync(join(reference, file)));
    expect(same, `${file} differs`).toBe(true);
  }
}
