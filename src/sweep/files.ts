import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';

/** What the system says of a file that cannot be written, in words, and what to do. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no space is left; make some'],
  ['EDQUOT', 'the quota is used up; make some space'],
  ['EFBIG', 'the file is larger than allowed; raise the limit'],
  ['EIO', 'the disk fails; look at it'],
  ['ENOENT', 'there is no such directory; give another'],
  ['ENOTDIR', 'what should be a directory is a file; give another path'],
  ['EEXIST', 'what should be a directory is a file; give another path'],
  ['EISDIR', 'it is a directory; remove it'],
  ['EACCES', 'there is no permission to; give a directory of yours'],
  ['EPERM', 'there is no permission to; give a directory of yours'],
  ['EROFS', 'its file system is read-only; give another directory'],
  ['ENAMETOOLONG', 'the name is too long; give a shorter one'],
]);

/**
 * Does something to a file of a sweep.
 *
 * @throws ClsaCimError where the system refuses it: what is finished stays, and the same command goes on.
 */
export function onFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ClsaCimError || !('code' in error)) throw error;
    const reason = REASONS.get(String(error.code)) ?? `the system refuses it (${String(error.code)})`;
    throw new ClsaCimError(`${show(path)} cannot be written: ${reason}, and run the same command to go on`);
  }
}

/**
 * Makes a directory and those above it.
 *
 * @throws ClsaCimError where that is not possible. (Node's own way never ends where the system refuses a directory in one
 * that is there, as in /proc.)
 */
export function makeDirectory(path: string): void {
  onFile(path, () => {
    if (isDirectory(path)) return;
    const parent = dirname(path);
    if (parent !== path && !existsSync(parent)) makeDirectory(parent);
    try {
      mkdirSync(path);
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (!isDirectory(path)) throw error;
    }
  });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
