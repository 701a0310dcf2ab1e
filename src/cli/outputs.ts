import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ClsaCimError, hasCode } from '../errors.ts';
import { show } from '../input/show.ts';

/**
 * Sees to it that nothing is written over what is read.
 *
 * @param option The option that says where to write, for the message.
 * @param inputs Paths of files, or names of what is built in; what is no file is passed over.
 * @throws ClsaCimError where the file to write is one of them, whatever links lead to it.
 */
export function refuseInputs(option: string, output: string, inputs: readonly string[]): void {
  const input = inputs.find((path) => path !== '' && isSameFile(path, output));
  if (input === undefined) return;
  throw new ClsaCimError(
    `${option} ${show(output)}: would overwrite ${show(input)}, which is read; give another path`,
    'usage',
  );
}

/** @throws ClsaCimError where the name of a file to write ends in none of these, in small letters or large ones. */
export function demandEnding(path: string, endings: readonly string[]): void {
  const name = basename(path).toLowerCase();
  if (endings.some((ending) => name.endsWith(ending) && name !== ending)) return;
  throw new ClsaCimError(
    `${show(path)}: the ending of the file must be one of ${endings.join(', ')}`,
    'usage',
  );
}

/** How messages begin that name an option. */
const OPTION = /^--/;

/**
 * Does work on a file that an option says to write; errors about it name the option, if they do not name another one that is at
 * fault.
 *
 * @throws ClsaCimError where the file cannot be written, or its name is none that is.
 */
export async function writingOf<T>(option: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClsaCimError) || OPTION.test(error.message)) throw error;
    throw hasCode(error, 'CANNOT_WRITE')
      ? error.withMessage(`${option} ${show(error.path)}: cannot be written: ${error.reason}`)
      : error.withMessage(`${option} ${error.message}`);
  }
}

/** True for two paths of one file, or of the same place where there is none yet. */
export function isSameFile(first: string, second: string): boolean {
  if (resolve(first) === resolve(second)) return true;
  const [a, b] = [first, second].map(identityOf);
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function identityOf(path: string) {
  try {
    return statSync(resolve(path), { bigint: true, throwIfNoEntry: false });
  } catch {
    // What cannot be looked at is told where it is read or written.
    return undefined;
  }
}
