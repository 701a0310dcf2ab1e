/** Bytes of a word. */
const WORD = 4;

/** The memory of an instance, until it grows. Addresses are in bytes, and those of records multiples of 8. */
export class EngineMemory {
  readonly #words: Int32Array;

  constructor(buffer: ArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  get buffer(): ArrayBuffer {
    return this.#words.buffer as ArrayBuffer;
  }

  /** The record at an address; its fields are one enum of words and one of 64-bit words of a layout in `assembly`. */
  record<Word extends number, Wide extends number = never>(address: number): EngineRecord<Word, Wide> {
    return new EngineRecord(this, address);
  }

  /** Record `index` of those of `words` words each that lie one behind the other from an address on. */
  recordOf<Word extends number, Wide extends number = never>(
    address: number,
    index: number,
    words: number,
  ): EngineRecord<Word, Wide> {
    return new EngineRecord(this, address + index * words * WORD);
  }

  word(address: number): number {
    return this.#words[address >>> 2]!;
  }

  setWord(address: number, value: number): void {
    this.#words[address >>> 2] = value;
  }

  /** 64 bits, as a number. In halves: a BigInt would be an object. */
  wide(address: number): number {
    const word = address >>> 2;
    return this.#words[word + 1]! * 2 ** 32 + (this.#words[word]! >>> 0);
  }

  /** Sets 64 bits to a whole number. */
  setWide(address: number, value: number): void {
    const word = address >>> 2;
    this.#words[word] = value;
    this.#words[word + 1] = Math.floor(value / 2 ** 32);
  }

  /** `length` words from an address on; a copy. */
  words(address: number, length: number): Int32Array {
    return this.#words.slice(address >>> 2, (address >>> 2) + length);
  }

  /** `length` numbers of 64 bits from an address on; a copy. */
  wides(address: number, length: number): Float64Array {
    const values = new Float64Array(length);
    const words = this.#words;
    // Halves: a BigInt for each would be an object.
    for (let i = 0, word = address >>> 2; i < length; i++, word += 2) {
      values[i] = words[word + 1]! * 2 ** 32 + (words[word]! >>> 0);
    }
    return values;
  }

  /** `length` floats of 64 bits from an address on; a copy. */
  floats(address: number, length: number): Float64Array {
    return new Float64Array(this.buffer, address, length).slice();
  }

  /** Writes words from an address on. */
  write(address: number, words: Int32Array): void {
    this.#words.set(words, address >>> 2);
  }
}

/** A record in the memory of an instance. */
export class EngineRecord<Word extends number, Wide extends number = never> {
  readonly #memory: EngineMemory;
  /** Where it lies, in bytes. */
  readonly address: number;

  constructor(memory: EngineMemory, address: number) {
    this.#memory = memory;
    this.address = address;
  }

  word(field: Word): number {
    return this.#memory.word(this.address + field * WORD);
  }

  setWord(field: Word, value: number): void {
    this.#memory.setWord(this.address + field * WORD, value);
  }

  /** A word that is an address. */
  pointer(field: Word): number {
    return this.word(field) >>> 0;
  }

  /** 64 bits, as a number. */
  wide(field: Wide): number {
    return this.#memory.wide(this.address + field * WORD);
  }

  /** Sets 64 bits to a whole number. */
  setWide(field: Wide, value: number): void {
    this.#memory.setWide(this.address + field * WORD, value);
  }

  /** The record that starts at a field of this one. */
  part<PartWord extends number, PartWide extends number = never>(
    field: Word,
  ): EngineRecord<PartWord, PartWide> {
    return new EngineRecord(this.#memory, this.address + field * WORD);
  }
}
