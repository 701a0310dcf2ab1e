import type { RowBlock } from './row-blocks.ts';

/** All rows of a sweep that there are, in the order of the grid, by where they are: 16 bytes a row. */
export class RowList {
  readonly #blocks: RowBlock[] = [];
  #length = 0;

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** Adds the rows that follow. */
  add(block: RowBlock): void {
    this.#blocks.push(block);
    this.#length += block.indices.length;
  }

  /** All rows, so many at a time. */
  *inBlocks(size: number): Generator<RowBlock> {
    for (let start = 0; start < this.#length; start += size) {
      const length = Math.min(size, this.#length - start);
      yield this.pick(Uint32Array.from({ length }, (_, i) => start + i));
    }
  }

  /** The rows of these numbers, which rise. */
  pick(numbers: Uint32Array): RowBlock {
    const picked = {
      indices: new Uint32Array(numbers.length),
      offsets: new Float64Array(numbers.length),
      lengths: new Uint32Array(numbers.length),
    };
    let first = 0;
    let at = 0;
    for (const { indices, offsets, lengths } of this.#blocks) {
      for (; at < numbers.length && numbers[at]! < first + indices.length; at++) {
        const from = numbers[at]! - first;
        picked.indices[at] = indices[from]!;
        picked.offsets[at] = offsets[from]!;
        picked.lengths[at] = lengths[from]!;
      }
      first += indices.length;
    }
    return picked;
  }
}
