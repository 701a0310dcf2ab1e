import { latin1, type ModelBytes } from './model-bytes.ts';

/** The directory of a ZIP archive lies at its end; of a larger one the last part is enough to tell what it is. */
const TAIL_BYTES = 256 * 1024;

/** A file in the directory of an archive: signature, and 42 more bytes up to its name. */
const ENTRY = 'PK\x01\x02';
const NAME_LENGTH_AT = 28;
const NAME_AT = 46;

/**
 * Names of the files in a ZIP archive, one a line, as its directory lists them. Nothing is unpacked; what looks like
 * an entry without being one is listed too.
 *
 * @returns An empty text where there is no directory: the file is cut short.
 */
export function zipNames(bytes: ModelBytes): string {
  const length = Math.min(bytes.size, TAIL_BYTES);
  const tail = latin1(bytes.read(bytes.size - length, length));
  const names: string[] = [];
  for (let at = tail.indexOf(ENTRY); at >= 0; at = tail.indexOf(ENTRY, at + ENTRY.length)) {
    const length = tail.charCodeAt(at + NAME_LENGTH_AT) + 256 * tail.charCodeAt(at + NAME_LENGTH_AT + 1);
    names.push(tail.slice(at + NAME_AT, at + NAME_AT + (Number.isNaN(length) ? 0 : length)));
  }
  return names.join('\n');
}
