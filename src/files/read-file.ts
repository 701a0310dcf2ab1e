import { readFileSync, statSync } from 'node:fs';
import { cannotRead, reading } from './system-errors.ts';

/**
 * The content of a regular file. It is looked at first: to open a named pipe may take for ever.
 *
 * @param remedy What to do where it cannot be read.
 * @throws ClsaCimError of code `CANNOT_READ`.
 */
export function readFile(path: string, remedy?: string): Buffer {
  return reading(
    path,
    () => {
      if (!statSync(path).isFile()) throw cannotRead(path, 'it is no file', remedy);
      return readFileSync(path);
    },
    remedy,
  );
}
