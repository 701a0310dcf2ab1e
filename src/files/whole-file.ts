import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDirectory } from './directory.ts';
import { isAlive } from './process.ts';
import { cannotWrite, writing } from './system-errors.ts';

/** A draft that nobody has written to for so long is not being written. */
const STALE_MS = 10_000;
/** What the name of a draft has behind that of its file: who writes it. */
const DRAFT_ENDING = /^\.(\d+)\.partial$/;

/** Where a file is written until it is complete: beside its place, under another name. */
export class Draft {
  /** Where to write. */
  readonly path: string;
  readonly #target: string;

  /** @param target Where the file shall be. */
  constructor(target: string) {
    this.#target = target;
    this.path = `${target}.${process.pid}.partial`;
  }

  /** Puts what was written in its place, once it is on the disk, over what is there. */
  keep(): void {
    const file = openSync(this.path, 'r+');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(this.path, this.#target);
  }

  /** Removes what was not kept. */
  drop(): void {
    rmSync(this.path, { force: true });
  }
}

/**
 * Writes a file that appears when it is complete, over what is there.
 *
 * @throws ClsaCimError of code `CANNOT_WRITE`; then all is as it was.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  writing(path, () => {
    // What is a device or a pipe is written to, and not replaced.
    if (isSpecial(path)) return writeFileSync(path, content);
    const draft = new Draft(path);
    try {
      writeFileSync(draft.path, content);
      draft.keep();
    } finally {
      draft.drop();
    }
  });
}

/**
 * Checks, before anything is computed, that a file can be where it shall be written. The file itself is not touched.
 *
 * @throws ClsaCimError of code `CANNOT_WRITE` where it is a directory, or in none that can be written to.
 */
export function checkPlace(path: string): void {
  writing(path, () => {
    if (!statSync(dirname(path)).isDirectory()) throw cannotWrite(path, 'ENOTDIR');
    accessSync(dirname(path), constants.W_OK);
    if (isDirectory(path)) throw cannotWrite(path, 'EISDIR');
  });
}

function isSpecial(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/**
 * Removes what processes that are gone have begun of a file and not finished.
 *
 * @param isLocked True where nobody else writes this file; otherwise others may be doing so.
 */
export function removeDrafts(path: string, { isLocked = false }: { readonly isLocked?: boolean } = {}): void {
  const name = basename(path);
  writing(path, () => {
    for (const other of readdirSync(dirname(path))) {
      const [, pid] = (other.startsWith(name) && DRAFT_ENDING.exec(other.slice(name.length))) || [];
      if (pid === undefined) continue;
      const draft = join(dirname(path), other);
      if (isLocked || isStale(draft, Number(pid))) rmSync(draft, { force: true });
    }
  });
}

/** On a shared disk the process may be one of another machine: what was written to just now is left alone. */
function isStale(draft: string, pid: number): boolean {
  const { mtimeMs = Date.now() } = statSync(draft, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > STALE_MS && !isAlive(pid);
}
