import { readFileSync, statSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { oneLine } from '../input/show.ts';
import { reading } from './system-errors.ts';

/** Hand-written files are a few kilobytes; more is the wrong file. */
const MAX_BYTES = 2 ** 18;

/**
 * The text of a small file.
 *
 * @param maxBytes A larger one is the wrong file.
 * @throws ClsaCimError of code `CANNOT_READ` where the system refuses it, and where it is no regular file, is larger than
 * that or is not UTF-8.
 */
export function readTextFile(path: string, maxBytes = MAX_BYTES): string {
  const name = oneLine(path);
  const bytes = reading(path, () => readSmallFile(path, name, maxBytes), 'give a YAML or JSON file');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ClsaCimError(`${name}: not a text file in UTF-8; give a YAML or JSON file`);
  }
}

function readSmallFile(path: string, name: string, maxBytes: number): Uint8Array {
  const stats = statSync(path);
  if (!stats.isFile()) throw new ClsaCimError(`${name}: not a file; give a YAML or JSON file`);
  if (stats.size > maxBytes) {
    throw new ClsaCimError(
      `${name}: has ${stats.size} bytes; give a YAML or JSON file of at most ${maxBytes / 1024} KiB`,
    );
  }
  return readFileSync(path);
}
