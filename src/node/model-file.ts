import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { directoryRefusal } from '../load/refusals.ts';
import type { Source } from '../load/source.ts';
import { findZooEntry } from '../zoo/index.ts';
import { withFile } from './file-source.ts';

/**
 * True for what the zoo answers for: its own names, which win over files of the same name, and what is no file either, which
 * it refuses with the nearest name.
 */
export function isForZoo(model: string): boolean {
  return findZooEntry(model) !== undefined || !existsSync(model);
}

/**
 * Opens a model file for `use` and closes it again.
 *
 * @throws ClsaCimError where there is no such file, or what is there is none; a directory of another tool's is known.
 */
export function withModelFile<T>(path: string, use: (source: Source) => T): T {
  // Looked at first: to open a named pipe takes until somebody writes to it.
  const stats = attempt(() => statSync(path));
  if (stats.isDirectory()) throw new ClsaCimError(directoryRefusal(attempt(() => readdirSync(path))));
  if (!stats.isFile()) throw new ClsaCimError('this is no regular file; write the model to a file first');
  attempt(() => accessSync(path, constants.R_OK));
  return withFile(path, use);
}

/** What the system says when a file cannot be read, in words. */
const SYSTEM_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EACCES', 'there is no permission to read it'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ERR_INVALID_ARG_VALUE', 'this is no name of a file'],
]);

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ClsaCimError(SYSTEM_ERRORS.get(code) ?? `it cannot be read (${code})`);
  }
}
