/** Words of a key that are compared: 128 bits, so that no two of any number of points are taken for one. */
export const KEY_WORDS = 4;
const FIRST_SLOTS = 2 ** 12;

/** Where something is in a file. */
export interface Place {
  /** First byte. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** A {@link KeyTable} as other threads may read it, as long as nothing is added to it. */
export interface SharedKeys {
  readonly keys: Uint32Array<SharedArrayBuffer>;
  readonly offsets: Float64Array<SharedArrayBuffer>;
  readonly lengths: Uint32Array<SharedArrayBuffer>;
}

/**
 * Where the rows of finished points are in the journal, by key: 28 bytes a slot in flat arrays, since a million
 * points must not be objects.
 */
export class KeyTable {
  #size = 0;
  #slots = emptySlots(FIRST_SLOTS);

  /** Number of keys. */
  get size(): number {
    return this.#size;
  }

  /** What other threads may read. */
  get shared(): SharedKeys {
    return this.#slots;
  }

  /** True for a key that is in the table. */
  has(key: string): boolean {
    return placeIn(this.#slots, wordsOf(key)) !== undefined;
  }

  /** Where the line of this key is; undefined where there is none. */
  get(key: string): Place | undefined {
    return placeIn(this.#slots, wordsOf(key));
  }

  /**
   * Notes where the line of a key is. The first one that is noted stays.
   *
   * @param words Words of keys, of which those from `at` on are of this one.
   */
  add(words: Uint32Array, at: number, offset: number, length: number): void {
    if (this.#size * 2 >= this.#slots.offsets.length) this.#grow();
    if (put(this.#slots, words, at, offset, length)) this.#size++;
  }

  #grow(): void {
    const { keys, offsets, lengths } = this.#slots;
    this.#slots = emptySlots(offsets.length * 2);
    offsets.forEach((offset, slot) => {
      if (offset !== 0) put(this.#slots, keys, slot * KEY_WORDS, offset - 1, lengths[slot]!);
    });
  }
}

/** Free slots have an offset of 0; others that of their line plus 1. */
function emptySlots(slots: number): SharedKeys {
  return {
    keys: new Uint32Array(new SharedArrayBuffer(slots * KEY_WORDS * 4)),
    offsets: new Float64Array(new SharedArrayBuffer(slots * 8)),
    lengths: new Uint32Array(new SharedArrayBuffer(slots * 4)),
  };
}

/** Where the line of a key is. */
export function placeIn({ keys, offsets, lengths }: SharedKeys, words: Uint32Array): Place | undefined {
  const slot = slotOf(keys, offsets, words, 0);
  const offset = offsets[slot]!;
  return offset === 0 ? undefined : { offset: offset - 1, length: lengths[slot]! };
}

/** Fills a slot; false where the key has one already. */
function put(
  { keys, offsets, lengths }: SharedKeys,
  words: Uint32Array,
  at: number,
  offset: number,
  length: number,
): boolean {
  const slot = slotOf(keys, offsets, words, at);
  if (offsets[slot] !== 0) return false;
  for (let i = 0; i < KEY_WORDS; i++) keys[slot * KEY_WORDS + i] = words[at + i]!;
  offsets[slot] = offset + 1;
  lengths[slot] = length;
  return true;
}

/** The slot of a key, or the free one where it belongs. */
function slotOf(keys: Uint32Array, offsets: Float64Array, words: Uint32Array, at: number): number {
  const mask = offsets.length - 1;
  let slot = words[at]! & mask;
  while (offsets[slot] !== 0 && !isAt(keys, slot * KEY_WORDS, words, at)) slot = (slot + 1) & mask;
  return slot;
}

function isAt(keys: Uint32Array, start: number, words: Uint32Array, at: number): boolean {
  for (let i = 0; i < KEY_WORDS; i++) if (keys[start + i] !== words[at + i]) return false;
  return true;
}

/** The leading 128 bits of a key in hexadecimal. */
export function wordsOf(key: string): Uint32Array {
  const words = new Uint32Array(KEY_WORDS);
  setWords(words, 0, key);
  return words;
}

/** Writes the leading 128 bits of a key in hexadecimal from `at` on. */
export function setWords(words: Uint32Array, at: number, key: string): void {
  for (let i = 0; i < KEY_WORDS; i++) words[at + i] = Number.parseInt(key.slice(8 * i, 8 * i + 8), 16);
}
