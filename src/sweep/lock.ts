import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { isAlive } from '../files/process.ts';
import { isSystemError, writing } from '../files/system-errors.ts';
import { show } from '../input/show.ts';

const ownerSchema = v.object({ pid: v.number(), host: v.string(), startTime: v.nullable(v.string()) });
type Owner = v.InferOutput<typeof ownerSchema>;

/**
 * Takes a directory for this process: `lock` in it says who has it. One that a process has left behind that is
 * gone is taken over.
 *
 * @returns What gives the directory back.
 * @throws ClsaCimError where another process has it, or may have it.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock');
  const own = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    startTime: startTime(process.pid),
  } satisfies Owner);
  // Written elsewhere first, and linked: nobody sees a lock without its owner.
  const draft = `${path}.${process.pid}`;
  writing(draft, () => writeFileSync(draft, own));
  try {
    if (!isLinked(draft, path)) {
      dropStale(path, directory, `${draft}.stale`);
      if (!isLinked(draft, path)) throw inUse(directory, path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (content(path) === own) rmSync(path, { force: true });
  };
}

/** Makes `path` the same file as `draft`; false where there is such a file already. */
function isLinked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    return writing(path, () => {
      throw error;
    });
  }
}

/** Moves a lock away whose owner is gone. */
function dropStale(path: string, directory: string, aside: string): void {
  const found = content(path);
  if (found === undefined) return;
  if (!isStale(found, path)) throw inUse(directory, path, found);
  try {
    renameSync(path, aside);
  } catch (error) {
    // Somebody else has moved it away meanwhile.
    if (isSystemError(error, 'ENOENT')) return;
    writing(path, () => {
      throw error;
    });
  }
  // Somebody else may have taken over meanwhile; then that lock goes back to where it was.
  const isTheirs = content(aside) !== found;
  if (isTheirs) isLinked(aside, path);
  rmSync(aside, { force: true });
}

function isStale(found: string, path: string): boolean {
  const owner = parseOwner(found);
  if (owner === undefined) {
    throw new ClsaCimError(
      `${show(path)} says not who uses this directory; remove it if no sweep is running there`,
      'input',
      { code: 'IN_USE' },
    );
  }
  if (owner.host !== hostname()) {
    throw new ClsaCimError(
      `${show(path)}: process ${owner.pid} of ${show(owner.host)} uses this directory; if that one is gone, remove the file`,
      'input',
      { code: 'IN_USE' },
    );
  }
  return !isRunning(owner);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return v.parse(ownerSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isRunning({ pid, startTime: started }: Owner): boolean {
  if (!isAlive(pid)) return false;
  // Numbers of processes come again; the time of the start tells them apart, where the system says it.
  const now = startTime(pid);
  return started === null || now === null || started === now;
}

/** When a process was started, in ticks since the machine was; null where the system does not say. */
function startTime(pid: number): string | null {
  const stat = content(`/proc/${pid}/stat`);
  // The name of the program, in parentheses, may hold anything; the fields behind it are numbers.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function content(path: string): string | undefined {
  try {
    // Looked at first: to open a named pipe may take for ever.
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function inUse(directory: string, path: string, found?: string): ClsaCimError {
  const pid = found === undefined ? undefined : parseOwner(found)?.pid;
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new ClsaCimError(
    `${show(directory)} is in use by ${who} (see ${show(path)}); wait until it is done, or give another directory`,
    'input',
    { code: 'IN_USE' },
  );
}
