import { crc32 } from 'node:zlib';
import { KEY_WORDS, setWords } from './key-table.ts';
import type { Means } from './point.ts';

/** How a line ends: in place of the row's last brace. */
export const CHECK_BYTES = 20;
/** How a row ends that may be mended: no text in it can look like that, since quotes in text are escaped. */
const RETRY = /,"retry":(\{[^{}]*\})$/;
/** The field at the end of a row that may be mended is no longer than that. */
const RETRY_BYTES = 100;
const ENDING = ',"check":"';

/** Rows as they are appended to a journal: made where they were computed, so that nobody makes them again. */
export interface PackedRows {
  /** Lines of the journal in UTF-8, each with its check value and the end of the line. */
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: Uint32Array;
  /** Words of their keys, {@link KEY_WORDS} of each. */
  readonly keys: Uint32Array;
  /** Those that more means may mend: by position. */
  readonly retries: ReadonlyMap<number, Means>;
}

/** Packs rows, each given as JSON without white space around it, with their keys. */
export function packRows(keys: readonly string[], lines: readonly string[]): PackedRows {
  const ends = new Uint32Array(lines.length);
  const words = new Uint32Array(lines.length * KEY_WORDS);
  const retries = new Map<number, Means>();
  // Three bytes are the most that a unit of a string takes.
  const most = lines.reduce((sum, { length }) => sum + 3 * length + CHECK_BYTES + 1, 0);
  const bytes = Buffer.allocUnsafeSlow(most);
  let at = 0;
  for (let i = 0; i < lines.length; i++) {
    const row = lines[i]!.slice(0, -1);
    const start = at;
    at += bytes.write(row, at);
    at += bytes.write(`${ENDING}${checkOf(bytes.subarray(start, at))}"}\n`, at, 'latin1');
    ends[i] = at;
    setWords(words, i * KEY_WORDS, keys[i]!);
    const lacking = lackingIn(row.slice(-RETRY_BYTES));
    if (lacking !== undefined) retries.set(i, lacking);
  }
  return { bytes: new Uint8Array(bytes.subarray(0, at)), ends, keys: words, retries };
}

/** What was too little for a row that more means may mend; `tail`: the end of its text, without the last brace. */
export function lackingIn(tail: string): Means | undefined {
  const [, retry] = RETRY.exec(tail.slice(-RETRY_BYTES)) ?? [];
  return retry === undefined ? undefined : JSON.parse(retry);
}

/** Rows behind each other. */
export function joinRows(parts: readonly PackedRows[]): PackedRows {
  if (parts.length === 1) return parts[0]!;
  const sum = (lengthOf: (part: PackedRows) => number) =>
    parts.reduce((all, part) => all + lengthOf(part), 0);
  const bytes = new Uint8Array(sum((part) => part.bytes.length));
  const ends = new Uint32Array(sum((part) => part.ends.length));
  const keys = new Uint32Array(sum((part) => part.keys.length));
  const retries = new Map<number, Means>();
  let [byte, row] = [0, 0];
  for (const part of parts) {
    bytes.set(part.bytes, byte);
    keys.set(part.keys, row * KEY_WORDS);
    for (let i = 0; i < part.ends.length; i++) ends[row + i] = byte + part.ends[i]!;
    for (const [i, lacking] of part.retries) retries.set(row + i, lacking);
    byte += part.bytes.length;
    row += part.ends.length;
  }
  return { bytes, ends, keys, retries };
}

/** The row at a position, as JSON. */
export function lineAt({ bytes, ends }: PackedRows, position: number): string {
  const start = position === 0 ? 0 : ends[position - 1]!;
  const row = Buffer.from(bytes.buffer, bytes.byteOffset + start, ends[position]! - start - CHECK_BYTES - 1);
  return `${row.toString()}}`;
}

/** All rows as JSON. */
export function linesOf(rows: PackedRows): string[] {
  return Array.from(rows.ends, (_, i) => lineAt(rows, i));
}

/** The CRC-32 of a row without its last brace, in hexadecimal. */
export function checkOf(row: Uint8Array): string {
  return crc32(row).toString(16).padStart(8, '0');
}
