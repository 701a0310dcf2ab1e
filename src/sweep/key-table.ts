/** Words of a key that are compared: 128 bits, so that no two of any number of points are taken for one. */
const KEY_WORDS = 4;
const FIRST_SLOTS = 2 ** 12;

/**
 * Where the rows of finished points are in the journal, by key: 28 bytes a slot in flat arrays, since a million
 * points must not be objects.
 */
export class KeyTable {
  #size = 0;
  #mask = FIRST_SLOTS - 1;
  #keys = new Uint32Array(FIRST_SLOTS * KEY_WORDS);
  /** Offset of the line plus 1; 0 marks a free slot. */
  #offsets = new Float64Array(FIRST_SLOTS);
  #lengths = new Uint32Array(FIRST_SLOTS);

  /** Number of keys. */
  get size(): number {
    return this.#size;
  }

  /** True for a key that is in the table. */
  has(key: string): boolean {
    return this.#offsets[this.#slot(wordsOf(key))]! !== 0;
  }

  /** Where the line of this key is; undefined where there is none. */
  get(key: string): { readonly offset: number; readonly length: number } | undefined {
    const slot = this.#slot(wordsOf(key));
    const offset = this.#offsets[slot]!;
    return offset === 0 ? undefined : { offset: offset - 1, length: this.#lengths[slot]! };
  }

  /** Notes where the line of a key is. The first one that is noted stays. */
  add(key: string, offset: number, length: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    this.#put(wordsOf(key), offset + 1, length);
  }

  #put(words: readonly number[], offset: number, length: number): void {
    const slot = this.#slot(words);
    if (this.#offsets[slot]! !== 0) return;
    this.#keys.set(words, slot * KEY_WORDS);
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
    this.#size++;
  }

  /** The slot of a key, or the free one where it belongs. */
  #slot(words: readonly number[]): number {
    let slot = words[0]! & this.#mask;
    while (this.#offsets[slot]! !== 0 && !this.#isAt(slot, words)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #isAt(slot: number, words: readonly number[]): boolean {
    const at = slot * KEY_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (this.#keys[at + i] !== words[i]) return false;
    return true;
  }

  #grow(): void {
    const [keys, offsets, lengths] = [this.#keys, this.#offsets, this.#lengths];
    const slots = offsets.length * 2;
    this.#mask = slots - 1;
    this.#keys = new Uint32Array(slots * KEY_WORDS);
    this.#offsets = new Float64Array(slots);
    this.#lengths = new Uint32Array(slots);
    this.#size = 0;
    offsets.forEach((offset, slot) => {
      if (offset === 0) return;
      this.#put([...keys.subarray(slot * KEY_WORDS, (slot + 1) * KEY_WORDS)], offset, lengths[slot]!);
    });
  }
}

/** The leading 128 bits of a key in hexadecimal. */
function wordsOf(key: string): number[] {
  return [
    Number.parseInt(key.slice(0, 8), 16),
    Number.parseInt(key.slice(8, 16), 16),
    Number.parseInt(key.slice(16, 24), 16),
    Number.parseInt(key.slice(24, 32), 16),
  ];
}
