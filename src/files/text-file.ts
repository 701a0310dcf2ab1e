import { readFileSync, statSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';

/** Hand-written files are a few kilobytes; more is the wrong file. */
const MAX_BYTES = 2 ** 18;

/**
 * The text of a small file.
 *
 * @throws ClsaCimError where it cannot be read, is no regular file, is larger than 256 KiB or is not UTF-8.
 */
export function readTextFile(path: string): string {
  const name = oneLine(path);
  const bytes = readSmallFile(path, name);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ClsaCimError(`${name}: not a text file in UTF-8; give a YAML or JSON file`);
  }
}

function readSmallFile(path: string, name: string): Uint8Array {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new ClsaCimError(`${name}: not a file; give a YAML or JSON file`);
    if (stats.size > MAX_BYTES) {
      throw new ClsaCimError(`${name}: has ${stats.size} bytes; give a YAML or JSON file of at most 256 KiB`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    const reason = error instanceof Error ? oneLine(error.message) : 'unknown reason';
    throw new ClsaCimError(`${name}: cannot be read (${reason}); give a YAML or JSON file`);
  }
}
