import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import { onFile } from './files.ts';
import { KeyTable } from './key-table.ts';
import type { Row } from './point.ts';

/** So much is read at once: when looking through a journal, and around a row that is looked up. */
const BLOCK_BYTES = 2 ** 20;
const WINDOW_BYTES = 2 ** 17;
/** What is written is on the disk at the latest so much later, should the machine fail. */
const SYNC_MS = 2000;

const NEW_LINE = 10;
const KEY = /^\{"key":"([0-9a-f]{64})",/;

/**
 * The finished points of a sweep in a file: a {@link Row} as JSON per line, in the order in which they were finished.
 * Only ever appended to, so whatever is interrupted, whole lines stay. Rows are not kept in memory, only
 * where they are.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  readonly #rows = new KeyTable();
  #end = 0;
  #isSyncing = false;
  #lastSync = performance.now();
  #syncError: Error | undefined;
  readonly #window = Buffer.allocUnsafe(WINDOW_BYTES);
  #windowStart = 0;
  #windowEnd = 0;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens a journal, or makes it. A last line that is broken is cut off; other lines that are no rows are passed over.
   *
   * @throws ClsaCimError where the file cannot be written.
   */
  static open(path: string): Journal {
    return onFile(path, () => {
      const journal = new Journal(path, openSync(path, constants.O_RDWR | constants.O_CREAT));
      if (!fstatSync(journal.#file).isFile()) throw new ClsaCimError(`${show(path)} is no file; remove it`);
      if (journal.#resume() > 0) ftruncateSync(journal.#file, journal.#end);
      return journal;
    });
  }

  /**
   * Opens a journal that is there, and changes nothing in it.
   *
   * @throws ClsaCimError where it cannot be read.
   */
  static read(path: string): Journal {
    return onFile(path, () => {
      const journal = new Journal(path, openSync(path, constants.O_RDONLY));
      journal.#resume();
      return journal;
    });
  }

  /** Number of finished points. */
  get size(): number {
    return this.#rows.size;
  }

  /** True where the point of this key is finished. */
  has(key: string): boolean {
    return this.#rows.has(key);
  }

  /** The row of a finished point as JSON; undefined where it is not finished. */
  line(key: string): string | undefined {
    const at = this.#rows.get(key);
    if (at === undefined) return undefined;
    const { offset, length } = at;
    if (length > WINDOW_BYTES) {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.toString('utf8', 0, readSync(this.#file, bytes, 0, length, offset));
    }
    if (offset < this.#windowStart || offset + length > this.#windowEnd) {
      this.#windowStart = offset;
      this.#windowEnd = offset + readSync(this.#file, this.#window, 0, WINDOW_BYTES, offset);
    }
    const from = offset - this.#windowStart;
    return this.#window.toString('utf8', from, from + length);
  }

  /** The row of a finished point. */
  row(key: string): Row | undefined {
    const line = this.line(key);
    if (line === undefined) return undefined;
    const row: Row = JSON.parse(line);
    return row;
  }

  /**
   * Appends finished points.
   *
   * @param lines Their rows as JSON.
   * @throws ClsaCimError where that is not possible; whole lines stay.
   */
  append(keys: readonly string[], lines: readonly string[]): void {
    onFile(this.#path, () => {
      if (this.#syncError !== undefined) throw this.#syncError;
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      try {
        for (let at = 0; at < bytes.length; ) {
          at += writeSync(this.#file, bytes, at, bytes.length - at, this.#end + at);
        }
      } catch (error) {
        ftruncateSync(this.#file, this.#end);
        throw error;
      }
    });
    let offset = this.#end;
    lines.forEach((line, i) => {
      const length = Buffer.byteLength(line);
      this.#rows.add(keys[i]!, offset, length);
      offset += length + 1;
    });
    this.#end = offset;
    this.#windowEnd = 0;
    this.#syncSometimes();
  }

  /** Sees to it that everything is on the disk. */
  sync(): void {
    onFile(this.#path, () => fdatasyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }

  #syncSometimes(): void {
    if (this.#isSyncing || performance.now() - this.#lastSync < SYNC_MS) return;
    this.#isSyncing = true;
    fdatasync(this.#file, (error) => {
      // A journal that was closed meanwhile has been synced before.
      if (error !== null && error.code !== 'EBADF') this.#syncError = error;
      this.#isSyncing = false;
      this.#lastSync = performance.now();
    });
  }

  /** Looks through the file; returns the bytes behind the last whole line. */
  #resume(): number {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let rest = Buffer.alloc(0);
    for (let position = 0; ; ) {
      const length = readSync(this.#file, block, 0, BLOCK_BYTES, position);
      if (length === 0) break;
      position += length;
      const bytes = Buffer.concat([rest, block.subarray(0, length)]);
      rest = Buffer.from(bytes.subarray(this.#addLines(bytes)));
    }
    return rest.length;
  }

  /** Takes in the whole lines of `bytes`, which follow what was taken in before; returns where they end. */
  #addLines(bytes: Buffer): number {
    let at = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, at)) {
      const key = keyOf(bytes.toString('utf8', at, end));
      if (key !== undefined) this.#rows.add(key, this.#end, end - at);
      this.#end += end + 1 - at;
      at = end + 1;
    }
    return at;
  }
}

/** The key of a line that is a whole row. */
function keyOf(line: string): string | undefined {
  const [, key] = KEY.exec(line) ?? [];
  if (key === undefined) return undefined;
  try {
    const row: unknown = JSON.parse(line);
    const isWhole = typeof row === 'object' && row !== null && 'parameters' in row;
    return isWhole && ('results' in row || 'error' in row) ? key : undefined;
  } catch {
    return undefined;
  }
}
