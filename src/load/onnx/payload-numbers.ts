import type { ModelBytes } from '../model-bytes.ts';
import type { PayloadPlace } from './tensor-data.ts';

/** So much is read at a time. */
const CHUNK_BYTES = 64 * 1024;

const MAX_VARINT_BYTES = 10;

/** Bytes of the numbers of `float_data` and `double_data`; those of other fields are varints. */
const fixedBytes: Readonly<Record<number, number>> = { 4: 4, 10: 8 };

/** The numbers of a repeated field of TensorProto, one after the other, over all parts that the field is in. */
export class TypedNumbers {
  readonly #bytes: ModelBytes;
  readonly #places: readonly PayloadPlace[];
  readonly #skipped = new DataView(new ArrayBuffer(8));
  #part = -1;
  #position = 0;
  #end = 0;
  #chunk: Uint8Array = new Uint8Array();
  #chunkStart = 0;

  /** @param places Parts of one field, within the bytes. */
  constructor(bytes: ModelBytes, places: readonly PayloadPlace[]) {
    this.#bytes = bytes;
    this.#places = places;
  }

  /** Moves over numbers, or to the end; without reading where all have the same length. */
  skip(count: number): void {
    let left = count;
    while (left > 0 && this.#hasMore()) {
      const { field, isTagged } = this.#places[this.#part]!;
      const size = isTagged ? undefined : fixedBytes[field];
      if (size === undefined) {
        if (!this.next(this.#skipped)) return;
        left -= 1;
      } else {
        const here = Math.min(left, Math.floor((this.#end - this.#position) / size));
        if (here === 0) return;
        this.#position += here * size;
        left -= here;
      }
    }
  }

  /** Writes the next number as it lies in memory, in 8 bytes, little-endian. False where there is none. */
  next(into: DataView): boolean {
    if (!this.#hasMore()) return false;
    const { field, isTagged } = this.#places[this.#part]!;
    if (isTagged) this.#varint(into);
    const size = fixedBytes[field];
    if (size === undefined) return this.#varint(into);
    if (this.#position + size > this.#end) return false;
    for (let i = 0; i < size; i++) into.setUint8(i, this.#byte());
    return true;
  }

  #hasMore(): boolean {
    while (this.#position >= this.#end) {
      const place = this.#places[this.#part + 1];
      if (place === undefined) return false;
      this.#part += 1;
      this.#position = place.offset;
      this.#end = place.offset + place.length;
    }
    return true;
  }

  /** The 64 bits of a varint; false where it does not end. */
  #varint(into: DataView): boolean {
    let low = 0;
    let high = 0;
    for (let i = 0; i < MAX_VARINT_BYTES && this.#position < this.#end; i++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      const shift = 7 * i;
      if (shift < 32) low |= bits << shift;
      if (shift > 25) high |= shift < 32 ? bits >> (32 - shift) : bits << (shift - 32);
      if (byte >= 0x80) continue;
      into.setInt32(0, low, true);
      into.setInt32(4, high, true);
      return true;
    }
    return false;
  }

  #byte(): number {
    const at = this.#position - this.#chunkStart;
    if (at < 0 || at >= this.#chunk.length) {
      this.#chunkStart = this.#position;
      this.#chunk = this.#bytes.read(this.#position, Math.min(CHUNK_BYTES, this.#end - this.#position));
      this.#position += 1;
      return this.#chunk[0] ?? 0;
    }
    this.#position += 1;
    return this.#chunk[at]!;
  }
}
