/** Bytes that grow as numbers are written. */
export class ByteWriter {
  #bytes = new Uint8Array(2 ** 16);
  #length = 0;

  /** What was written. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A whole number from 0 to 2^53, seven bits a byte. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 128;
    for (; rest >= 128; rest >>>= 7) this.#bytes[this.#length++] = (rest & 127) | 128;
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number from -2^52 to 2^52. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Numbers in single precision: all first bytes, then all second ones, which compresses better. */
  singles(numbers: Float64Array): void {
    const { length } = numbers;
    this.#reserve(4 * length);
    const view = new DataView(new ArrayBuffer(4));
    for (let i = 0; i < length; i++) {
      view.setFloat32(0, numbers[i]!);
      const bits = view.getUint32(0);
      for (let b = 0; b < 4; b++) this.#bytes[this.#length + b * length + i] = (bits >>> (24 - 8 * b)) & 255;
    }
    this.#length += 4 * length;
  }

  /** Text, with its length in front. */
  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + more));
    grown.set(this.written());
    this.#bytes = grown;
  }
}

/** Reads what a {@link ByteWriter} has written. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    const first = this.#bytes[this.#at++]!;
    if (first < 128) return first;
    let value = first & 127;
    for (let unit = 128; ; unit *= 128) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.varint();
    if (value < 2 ** 31) return (value >>> 1) ^ -(value & 1);
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  /** Fills an array. */
  singles(numbers: { length: number; [index: number]: number }): void {
    const { length } = numbers;
    const view = new DataView(new ArrayBuffer(4));
    for (let i = 0; i < length; i++) {
      for (let b = 0; b < 4; b++) view.setUint8(b, this.#bytes[this.#at + b * length + i]!);
      numbers[i] = view.getFloat32(0);
    }
    this.#at += 4 * length;
  }

  text(): string {
    const length = this.varint();
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }
}
