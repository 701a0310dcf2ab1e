import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { reading, writing } from '../files/system-errors.ts';
import { show } from '../input/show.ts';
import { KEY_WORDS, KeyTable, type Place, wordsOf } from './key-table.ts';
import { CHECK_BYTES, checkOf, lackingIn, type PackedRows } from './packed-rows.ts';
import type { Means, Row } from './point.ts';
import { RowReader, type RowSource } from './row-source.ts';

/** So much is read at once when looking through a journal. */
const BLOCK_BYTES = 2 ** 20;
/** What is written is on the disk at the latest so much later, should the machine fail. */
const SYNC_MS = 2000;

const NEW_LINE = 10;
const KEY = /^\{"key":"([0-9a-f]{64})",/;
const KEY_BYTES = 75;
const CHECK = /^,"check":"([0-9a-f]{8})"\}$/;
/** The end of a row that is looked at. */
const TAIL_BYTES = 100;

/**
 * The finished points of a sweep in a file: a {@link Row} as JSON per line, in the order in which they were finished,
 * with a field `check` at its end: the CRC-32 of what is before. Only ever appended to, so whatever is interrupted,
 * whole lines stay. Rows are not kept in memory, only where they are.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  readonly #isMended: (lacking: Means) => boolean;
  readonly #rows = new KeyTable();
  /** Points that have failed and that more means may mend; there are few of them. */
  readonly #retries = new Map<string, Place & { readonly lacking: Means }>();
  #lines = 0;
  #badLines = 0;
  #firstBad = { line: 0, reason: '' };
  #end = 0;
  #isSyncing = false;
  #lastSync = performance.now();
  #syncError: Error | undefined;
  readonly #reader: RowReader;

  private constructor(path: string, file: number, isMended: (lacking: Means) => boolean) {
    this.#path = path;
    this.#file = file;
    this.#reader = new RowReader(file, path);
    this.#isMended = isMended;
  }

  /**
   * Opens a journal, or makes it. A last line that is cut off is dropped; other lines that are no rows, or do not match
   * their check value, are passed over: see {@link warning}.
   *
   * @param isMended Whether a point that has failed since this was too little shall be tried again.
   * @throws ClsaCimError where the file cannot be written.
   */
  static open(path: string, isMended: (lacking: Means) => boolean = () => true): Journal {
    return writing(path, () => {
      const journal = new Journal(path, openSync(path, constants.O_RDWR | constants.O_CREAT), isMended);
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
    return reading(path, () => {
      // Looked at first: to open a named pipe may take for ever.
      if (!statSync(path).isFile())
        throw new ClsaCimError(`${show(path)} is no file; give another directory`);
      const journal = new Journal(path, openSync(path, constants.O_RDONLY), () => true);
      journal.#resume();
      return journal;
    });
  }

  /** Number of points that have a row. */
  get size(): number {
    return this.#rows.size + this.#retries.size;
  }

  /** What a user has to know of lines that were passed over; undefined where all are as they were written. */
  get warning(): string | undefined {
    if (this.#badLines === 0) return undefined;
    const { line, reason } = this.#firstBad;
    const more = this.#badLines === 1 ? '' : `, and ${this.#badLines - 1} more lines are like that`;
    return `${show(this.#path)}: line ${line} ${reason}${more}; what is missing thereby is computed again`;
  }

  /** True where the point of this key is finished, and trying it again would change nothing. */
  has(key: string): boolean {
    if (this.#rows.has(key)) return true;
    const failed = this.#retries.get(key);
    return failed !== undefined && !this.#isMended(failed.lacking);
  }

  /** True where there is a row of this key, though it may be tried again. */
  holds(key: string): boolean {
    return this.#rows.has(key) || this.#retries.has(key);
  }

  /** Where its rows are; holds until something is appended. */
  get source(): RowSource {
    return { path: this.#path, keys: this.#rows.shared, retries: this.#retries };
  }

  /** The row of a point as JSON; undefined where there is none. */
  line(key: string): string | undefined {
    const place = this.#rows.get(key) ?? this.#retries.get(key);
    return place && this.#reader.line(place);
  }

  /** The row of a point. */
  row(key: string): Row | undefined {
    const line = this.line(key);
    if (line === undefined) return undefined;
    const row: Row = JSON.parse(line);
    return row;
  }

  /**
   * Appends finished points.
   *
   * @throws ClsaCimError where that is not possible; whole lines stay.
   */
  append({ bytes, ends, keys, retries }: PackedRows): void {
    writing(this.#path, () => {
      if (this.#syncError !== undefined) throw this.#syncError;
      this.#requireOurs();
      try {
        for (let at = 0; at < bytes.length; ) {
          at += writeSync(this.#file, bytes, at, bytes.length - at, this.#end + at);
        }
      } catch (error) {
        ftruncateSync(this.#file, this.#end);
        throw error;
      }
    });
    let start = 0;
    for (let i = 0; i < ends.length; i++) {
      const length = ends[i]! - start - CHECK_BYTES - 1;
      this.#note(keys, i * KEY_WORDS, { offset: this.#end + start, length }, retries.get(i), () =>
        keyIn(bytes.subarray(start, start + KEY_BYTES)),
      );
      start = ends[i]!;
    }
    this.#end += bytes.length;
    this.#lines += ends.length;
    this.#reader.forget();
    this.#syncSometimes();
  }

  /** Sees to it that everything is on the disk. */
  sync(): void {
    writing(this.#path, () => fdatasyncSync(this.#file));
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Two that append to one file would write over each other's rows; locks do not see links to it. */
  #requireOurs(): void {
    if (fstatSync(this.#file).size === this.#end) return;
    throw new ClsaCimError(
      `${show(this.#path)} was changed by another process, perhaps that of a directory with a link to it; give ` +
        'every sweep a journal of its own, and run this one again to go on',
      'input',
      { code: 'IN_USE' },
    );
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
    let rest: Buffer[] = [];
    let position = 0;
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES);
      const bytes = block.subarray(0, readSync(this.#file, block, 0, BLOCK_BYTES, position));
      if (bytes.length === 0) break;
      position += bytes.length;
      rest.push(bytes);
      // What has no end yet is put together once, when that comes: a file may end in any number of other bytes.
      if (!bytes.includes(NEW_LINE)) continue;
      const whole = Buffer.concat(rest);
      rest = [whole.subarray(this.#addLines(whole))];
    }
    return position - this.#end;
  }

  /** Takes in the whole lines of `bytes`, which follow what was taken in before; returns where they end. */
  #addLines(bytes: Buffer): number {
    let at = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, at)) {
      this.#addLine(bytes.subarray(at, end));
      this.#end += end + 1 - at;
      at = end + 1;
    }
    return at;
  }

  #addLine(bytes: Buffer): void {
    this.#lines++;
    const length = bytes.length - CHECK_BYTES;
    const row = bytes.subarray(0, Math.max(0, length));
    const key = keyIn(row.subarray(0, KEY_BYTES));
    const [, check] = CHECK.exec(bytes.toString('latin1', length)) ?? [];
    if (key !== undefined && check === checkOf(row)) {
      const lacking = lackingIn(row.toString('latin1', Math.max(0, length - TAIL_BYTES)));
      this.#note(wordsOf(key), 0, { offset: this.#end, length }, lacking, () => key);
      return;
    }
    this.#badLines++;
    if (this.#badLines > 1) return;
    const reason =
      check === undefined
        ? 'has no check value, so it is not known to be whole'
        : 'does not match its check value';
    this.#firstBad = { line: this.#lines, reason };
  }

  /** Notes where the row of a key is. One that may be mended, since something was lacking, is so by any other. */
  #note(
    words: Uint32Array,
    at: number,
    place: Place,
    lacking: Means | undefined,
    key: () => string | undefined,
  ): void {
    if (lacking === undefined) {
      this.#rows.add(words, at, place.offset, place.length);
      if (this.#retries.size > 0) this.#retries.delete(key()!);
    } else if (!this.#rows.has(key()!)) this.#retries.set(key()!, { ...place, lacking });
  }
}

/** The key at the beginning of a row. */
function keyIn(bytes: Uint8Array): string | undefined {
  return KEY.exec(Buffer.from(bytes).toString('latin1'))?.[1];
}
