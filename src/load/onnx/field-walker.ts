import { WireType } from '@bufbuild/protobuf/wire';
import type { ModelBytes } from '../model-bytes.ts';

const MAX_VARINT_BYTES = 10;

/** So many bytes are looked at together; small, because behind the next field may lie a large tensor. */
const VIEW_BYTES = 4096;

/** Says that the bytes are not the protobuf they should be. */
export class DamagedError extends Error {}

/** Goes through the fields of a protobuf one by one. */
export class FieldWalker {
  /** Where the next byte lies. */
  position = 0;
  readonly #model: ModelBytes;
  /** A part of the bytes, so that not every byte has to be asked for, and where it starts. */
  #view: Uint8Array = new Uint8Array();
  #viewStart = 0;

  constructor(bytes: ModelBytes) {
    this.#model = bytes;
  }

  /**
   * Reads a tag.
   *
   * @returns Eight times the number of the field, and its wire type.
   * @throws DamagedError where there is none.
   */
  tag(): number {
    const start = this.position;
    const tag = this.varint();
    if (tag < 8 || tag > 0xffffffff) throw new DamagedError(`the field at byte ${start} has no valid number`);
    return tag;
  }

  /**
   * Moves behind a field whose tag has been read; it may end behind `end` where it is a number.
   *
   * @throws DamagedError where it is of no known kind, or bytes should end behind `end`.
   */
  skipField(wire: WireType, end: number): void {
    if (wire === WireType.Varint) this.varint();
    else if (wire === WireType.LengthDelimited) this.skip(this.length(end));
    else if (wire === WireType.Bit64) this.skip(8);
    else if (wire === WireType.Bit32) this.skip(4);
    else throw new DamagedError(`the field before byte ${this.position} is of no known kind`);
  }

  /** Moves on without reading. */
  skip(bytes: number): void {
    this.position += bytes;
  }

  /**
   * Reads the length of a field.
   *
   * @throws DamagedError where it should end behind `end`.
   */
  length(end: number): number {
    const start = this.position;
    const length = this.varint();
    if (this.position + length > end) {
      throw new DamagedError(`the field at byte ${start} should have ${length} bytes, and there are fewer`);
    }
    return length;
  }

  /**
   * Reads a varint; exact up to 2^53, beyond that it is only known to be large.
   *
   * @throws DamagedError where the bytes end before it does.
   */
  varint(): number {
    const start = this.position;
    const at = this.#look(start, Math.min(MAX_VARINT_BYTES, this.#model.size - start));
    const end = Math.min(at + MAX_VARINT_BYTES, this.#view.length);
    let value = 0;
    let weight = 1;
    for (let i = at; i < end; i++) {
      const byte = this.#view[i]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        this.position = start + i - at + 1;
        return value;
      }
      weight *= 128;
    }
    throw new DamagedError(`it is cut short at byte ${start}`);
  }

  /**
   * The bytes from `start` to `end`; valid until anything else is read.
   *
   * @throws DamagedError where there are fewer.
   */
  bytesBetween(start: number, end: number): Uint8Array {
    const at = this.#look(start, end - start);
    const bytes = this.#view.subarray(at, at + end - start);
    if (bytes.length < end - start) throw new DamagedError(`it is cut short at byte ${start}`);
    return bytes;
  }

  /** Where in `#view` the byte at `start` lies, after `length` bytes from there on have come into view. */
  #look(start: number, length: number): number {
    const at = start - this.#viewStart;
    if (at >= 0 && at + length <= this.#view.length) return at;
    const rest = Math.max(0, this.#model.size - start);
    this.#view = this.#model.read(start, Math.min(rest, Math.max(length, VIEW_BYTES)));
    this.#viewStart = start;
    return 0;
  }
}
