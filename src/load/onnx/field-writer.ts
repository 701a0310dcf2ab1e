import { WireType } from '@bufbuild/protobuf/wire';
import { DamagedError } from './field-walker.ts';

/** No real model has nearly as much besides its tensors; more would fill the memory. */
const MAX_BYTES = 1 << 28;

const FIRST_BYTES = 1 << 16;

/** Bytes of the length of a message, which is known when its end is: varints may have more than they need. */
const LENGTH_BYTES = 5;

/** Longest varint that is written. */
const MAX_VARINT_BYTES = 10;

/** Writes a protobuf that is made of parts of another one, into one buffer. */
export class FieldWriter {
  #buffer = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Appends bytes as they are. */
  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** @param value An integer, 0 to 2^53. */
  varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = (rest % 128) | 0x80;
    this.#buffer[this.#length++] = rest;
  }

  /**
   * Begins a field that is a message.
   *
   * @returns What {@link end} is to be told.
   */
  begin(field: number): number {
    this.varint(field * 8 + WireType.LengthDelimited);
    this.#reserve(LENGTH_BYTES);
    this.#length += LENGTH_BYTES;
    return this.#length;
  }

  /** Ends a message; those in it have ended. */
  end(start: number): void {
    let rest = this.#length - start;
    for (let i = start - LENGTH_BYTES; i < start - 1; i++) {
      this.#buffer[i] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[start - 1] = rest;
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    if (needed > MAX_BYTES) throw new DamagedError(`it has more than ${MAX_BYTES} bytes besides its tensors`);
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.finish());
    this.#buffer = larger;
  }
}
