import { EventWord, Header } from '../../assembly/simulation/layout.ts';

/** Records of words in the memory of the engine; see assembly/simulation/layout.ts for the words. */
export class EngineMemory {
  readonly #words: Int32Array;
  readonly #view: DataView;
  /** Address of the simulation. */
  readonly #start: number;

  constructor(buffer: ArrayBuffer, start: number) {
    this.#words = new Int32Array(buffer);
    this.#view = new DataView(buffer);
    this.#start = start;
  }

  /** Address of the header. */
  get header(): number {
    return this.#start;
  }

  /** Address of record `index` of those that follow the header. */
  nodeRecord(index: number, words: number): number {
    return this.#start + (Header.WORDS + index * words) * 4;
  }

  /** Address of the table at an offset. */
  table(offset: number): number {
    return this.#start + offset * 4;
  }

  /** A word of the record at an address. */
  word(record: number, word: number): number {
    return this.#words[(record >>> 2) + word]!;
  }

  /** A word that is an address. */
  address(record: number, word: number): number {
    return this.word(record, word) >>> 0;
  }

  /** The number of the instance (among those of all nodes) that an event is of. */
  eventId(event: number): number {
    return this.word(event, EventWord.ID);
  }

  /** 64 bits of a record, as a number. */
  wide(record: number, word: number): number {
    return Number(this.#view.getBigInt64(record + word * 4, true));
  }

  /** `length` words from an address on; a copy. */
  words(address: number, length: number): Int32Array {
    return this.#words.slice(address >>> 2, (address >>> 2) + length);
  }

  /** `length` numbers of 64 bits from an address on; a copy. */
  wides(address: number, length: number): Float64Array {
    return Float64Array.from(new BigInt64Array(this.#words.buffer, address, length), Number);
  }
}
