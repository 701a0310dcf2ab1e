import { List } from '../../../assembly/simulation/layout.ts';

/** Words, and where they go. */
export interface Table {
  /** Offset in words from the start of all. */
  readonly offset: number;
  readonly words: Int32Array;
}

/** Tables one behind the other. One that is added twice is there once. */
export class Tables {
  readonly #parts: Table[] = [];
  readonly #offsets = new Map<unknown, number>();
  #end: number;

  /** @param start Offset of the first one, even. */
  constructor(start: number) {
    this.#end = start;
  }

  /** Offset behind the last one. */
  get end(): number {
    return this.#end;
  }

  /** Room for `length` words, on a boundary of 64 bits. */
  reserve(length: number): Table {
    return this.#append(new Int32Array(length));
  }

  /** Offset of a table of words, which stays as it is from now on. */
  add(table: Int32Array | readonly number[]): number {
    const known = this.#offsets.get(table);
    if (known !== undefined) return known;
    const { offset } = this.#append(table instanceof Int32Array ? table : Int32Array.from(table));
    this.#offsets.set(table, offset);
    return offset;
  }

  /** Offset of a table of lists, each of them ascending. */
  addLists(lists: readonly Int32Array[]): number {
    const known = this.#offsets.get(lists);
    if (known !== undefined) return known;
    const { offset, words } = this.reserve(lists.length * List.WORDS);
    lists.forEach((list, i) => {
      const at = i * List.WORDS;
      words[at + List.OFFSET] = this.add(list);
      words[at + List.LENGTH] = list.length;
      words[at + List.FIRST] = list[0] ?? 0;
      words[at + List.IS_RUN] = isRun(list) ? 1 : 0;
    });
    this.#offsets.set(lists, offset);
    return offset;
  }

  /** Writes all of them, to where they go in a block of words that begins at offset `from`. */
  writeTo(block: Int32Array, from = 0): void {
    for (const { offset, words } of this.#parts) block.set(words, offset - from);
  }

  #append(words: Int32Array): Table {
    const part = { offset: this.#end, words };
    this.#parts.push(part);
    this.#end += words.length + (words.length & 1);
    return part;
  }
}

/** True where items are some, one behind the other. */
function isRun(list: Int32Array): boolean {
  return list.length > 0 && list.at(-1)! - list[0]! === list.length - 1;
}
