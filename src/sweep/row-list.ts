import { pickRows } from '../files/coded-rows.ts';
import type { CodedRows } from '../files/table.ts';

/** Points of a sweep that have rows: their numbers in the grid, and where their rows are in the journal. */
export interface RowBlock {
  readonly indices: Uint32Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
}

/** Some rows of a sweep: what they have, or where they are. */
export type RowPart = CodedRows | RowBlock;

/** True where it is known what rows have. */
export function isCoded(part: RowPart): part is CodedRows {
  return 'codes' in part;
}

/** All rows of a sweep that there are, in the order of the grid: 16 bytes a row where only their places are known. */
export class RowList {
  readonly #parts: RowPart[] = [];
  #length = 0;

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** Adds the rows that follow. */
  add(part: RowPart): void {
    this.#parts.push(part);
    this.#length += lengthOf(part);
  }

  /** All rows, so many at a time. */
  *inBlocks(size: number): Generator<RowPart[]> {
    for (let start = 0; start < this.#length; start += size) {
      const length = Math.min(size, this.#length - start);
      yield this.pick(Uint32Array.from({ length }, (_, i) => start + i));
    }
  }

  /** The rows of these numbers, which rise. */
  pick(numbers: Uint32Array): RowPart[] {
    const picked: RowPart[] = [];
    let first = 0;
    let at = 0;
    for (const part of this.#parts) {
      const end = first + lengthOf(part);
      const start = at;
      while (at < numbers.length && numbers[at]! < end) at++;
      if (at > start) picked.push(pickPart(part, numbers.subarray(start, at), first));
      first = end;
    }
    return picked;
  }
}

function lengthOf(part: RowPart): number {
  return isCoded(part) ? part.length : part.indices.length;
}

/** @param first Number of the first row of the part. */
function pickPart(part: RowPart, numbers: Uint32Array, first: number): RowPart {
  if (numbers.length === lengthOf(part)) return part;
  const positions = numbers.map((number) => number - first);
  if (isCoded(part)) return pickRows(part, positions);
  return {
    indices: positions.map((position) => part.indices[position]!),
    offsets: Float64Array.from(positions, (position) => part.offsets[position]!),
    lengths: positions.map((position) => part.lengths[position]!),
  };
}
