import { closeSync, openSync, readSync } from 'node:fs';
import { reading } from '../files/system-errors.ts';
import { type Place, placeIn, type SharedKeys, wordsOf } from './key-table.ts';
import type { Row } from './point.ts';

/** So much is read at once around a row that is looked up. */
const WINDOW_BYTES = 2 ** 17;

/** Where the rows of a journal are, as threads may send it to each other as long as nothing is appended. */
export interface RowSource {
  /** The journal. */
  readonly path: string;
  readonly keys: SharedKeys;
  /** By key those that may be tried again. */
  readonly retries: ReadonlyMap<string, Place>;
}

/** Reads rows from a journal, which are best asked for in the order in which they stand there. */
export class RowReader {
  readonly #file: number;
  readonly #path: string;
  readonly #window = Buffer.allocUnsafe(WINDOW_BYTES);
  #windowStart = 0;
  #windowEnd = 0;

  /**
   * @param file Open for reading.
   * @param path Its name, for messages.
   */
  constructor(file: number, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** The row at a place, which is without its last brace. */
  row(place: Place): Row {
    const row: Row = JSON.parse(this.line(place));
    return row;
  }

  /** The same as JSON. */
  line({ offset, length }: Place): string {
    if (length > WINDOW_BYTES) {
      const bytes = Buffer.allocUnsafe(length);
      return `${bytes.toString('utf8', 0, this.#read(bytes, offset))}}`;
    }
    if (offset < this.#windowStart || offset + length > this.#windowEnd) {
      this.#windowStart = offset;
      this.#windowEnd = offset + this.#read(this.#window, offset);
    }
    const from = offset - this.#windowStart;
    return `${this.#window.toString('utf8', from, from + length)}}`;
  }

  #read(bytes: Uint8Array, offset: number): number {
    return reading(this.#path, () => readSync(this.#file, bytes, 0, bytes.length, offset));
  }

  /** Forgets what was read, since the file has changed. */
  forget(): void {
    this.#windowEnd = 0;
  }
}

/** Where the row of a point is; undefined where there is none. */
export function placeOf({ keys, retries }: RowSource, key: string): Place | undefined {
  return placeIn(keys, wordsOf(key)) ?? retries.get(key);
}

/**
 * Opens a journal to read rows from.
 *
 * @throws ClsaCimError where it cannot be read.
 */
export function openJournal(path: string): { readonly reader: RowReader; readonly close: () => void } {
  const file = reading(path, () => openSync(path, 'r'));
  return { reader: new RowReader(file, path), close: () => closeSync(file) };
}
