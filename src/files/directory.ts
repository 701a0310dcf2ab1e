import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { writing } from './system-errors.ts';

/**
 * Makes a directory and those above it.
 *
 * @throws ClsaCimError where that is not possible. (Node's own way never ends where the system refuses a directory in one
 * that is there, as in /proc.)
 */
export function makeDirectory(path: string): void {
  writing(path, () => {
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

/** True for a directory that is there. */
export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
