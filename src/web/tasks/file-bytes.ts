import { ClsaCimError } from '../../errors.ts';
import { reasonOf } from '../../input/show.ts';
import type { ModelBytes } from '../../load/model-bytes.ts';

/** How much of a file is read at a time. */
const WINDOW_BYTES = 256 * 1024;

/** A file of the user, which is read through a window that moves: weights are skipped and never read. */
export class FileBytes implements ModelBytes {
  readonly size: number;
  readonly #file: File;
  readonly #reader = new FileReaderSync();
  #window = new Uint8Array();
  #start = 0;

  constructor(file: File) {
    this.#file = file;
    this.size = file.size;
  }

  read(offset: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.#bytes(offset, length);
    if (offset < this.#start || offset + length > this.#start + this.#window.length) {
      this.#window = this.#bytes(offset, WINDOW_BYTES);
      this.#start = offset;
    }
    const at = offset - this.#start;
    return this.#window.subarray(at, at + length);
  }

  #bytes(offset: number, length: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(this.#reader.readAsArrayBuffer(this.#file.slice(offset, offset + length)));
    } catch (error) {
      throw new ClsaCimError(
        `the browser cannot read it any more (${reasonOf(error)}); choose the file again`,
      );
    }
  }
}

/** What the types of pages leave out: workers read files at once. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
