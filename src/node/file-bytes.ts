import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import { whyUnreadable } from '../files/system-errors.ts';
import type { ModelBytes } from '../load/model-bytes.ts';

/** How much of a file is read at a time; large enough for many nodes, small next to a tensor. */
const WINDOW_BYTES = 64 * 1024;

/** Tensors are read by so much at a time. */
const MOST_BYTES = 1024 * 1024;

/** A file that stays open until it is closed. */
export interface OpenFile extends ModelBytes {
  /** Fills `target` with the bytes at `offset`, at most 1 MiB at a time; see {@link ModelBytes.readInto}. */
  readInto(target: Uint8Array, offset: number): void;
  /** Closes it; nothing can be read any more. */
  close(): void;
}

/**
 * Opens a file for `use` and closes it again.
 *
 * @throws ClsaCimError where the file cannot be opened or read.
 */
export function withFile<T>(path: string, use: (bytes: ModelBytes) => T): T {
  const file = openFile(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/**
 * Opens a file, to be closed by the caller.
 *
 * @throws ClsaCimError where the file cannot be opened or read.
 */
export function openFile(path: string): OpenFile {
  const fd = readingModel(path, () => openSync(path, 'r'));
  try {
    const stat = readingModel(path, () => fstatSync(fd));
    if (!stat.isFile()) throw new ClsaCimError(`${path}: this is not a file; give the path of a model file`);
    return new FileBytes(path, fd, stat.size);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Reads a file through a window that moves to wherever the next byte is wanted. */
class FileBytes implements OpenFile {
  readonly size: number;
  readonly #path: string;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(path: string, fd: number, size: number) {
    this.#path = path;
    this.#fd = fd;
    this.size = size;
  }

  read(offset: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.#fill(new Uint8Array(length), offset);
    if (offset < this.#start || offset + length > this.#start + this.#length) {
      const filled = this.#fill(this.#buffer, offset);
      this.#start = offset;
      this.#length = filled.length;
    }
    const at = offset - this.#start;
    return this.#buffer.subarray(at, Math.min(at + length, this.#length));
  }

  readInto(target: Uint8Array, offset: number): void {
    for (let done = 0; done < target.length; done += MOST_BYTES) {
      const part = target.subarray(done, done + MOST_BYTES);
      if (this.#fill(part, offset + done).length < part.length) {
        throw new ClsaCimError(`${this.#path}: the file has become shorter; wait until it is written`);
      }
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #fill(target: Uint8Array, offset: number): Uint8Array {
    let filled = 0;
    while (filled < target.length) {
      const rest = target.length - filled;
      const count = readingModel(this.#path, () => readSync(this.#fd, target, filled, rest, offset + filled));
      if (count === 0) break;
      filled += count;
    }
    return target.subarray(0, filled);
  }
}

/**
 * Reads of a model file. Whoever loads it puts its path in front of the message.
 *
 * @throws ClsaCimError of code `CANNOT_READ` where the system refuses it.
 */
export function readingModel<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = whyUnreadable(error);
    if (reason === undefined) throw error;
    throw new ClsaCimError(reason, 'input', { code: 'CANNOT_READ', path, reason });
  }
}
