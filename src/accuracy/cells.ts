import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { ValueRange } from './activation-range.ts';
import type { WeightCode } from './weight-code.ts';

/** Codes of weights of some rows of a matrix: those of one crossbar. */
export interface CodeBlock {
  /** Codes, row by row. */
  readonly codes: Float64Array;
  /** Numbers of a row. */
  readonly stride: number;
  /** Rows of the block: from, and the one behind the last one. */
  readonly from: number;
  readonly to: number;
}

/** The digits of one column of a block, as they lie in cells. */
export interface ColumnCells {
  /** The cell of each row, least digit first: `(sign · digits + digit) · rows + row`. */
  readonly cells: Float64Array;
  /** Per digit: whether its cells are turned over, `2^cellBits − 1 − digit`. */
  readonly isFlipped: Uint8Array;
  /** What was added to every code of the column. */
  bias: number;
}

/** Room for the cells of columns of at most so many rows. */
export function newColumnCells(rows: number, { digits, signs }: WeightCode): ColumnCells {
  return { cells: new Float64Array(rows * digits * signs), isFlipped: new Uint8Array(digits), bias: 0 };
}

/** Cuts one column of a block into cells. */
export function cutColumn(
  { codes, stride, from, to }: CodeBlock,
  column: number,
  { cellBits, coding }: Arithmetic,
  { bias, digits, signs }: WeightCode,
  cut: ColumnCells,
): void {
  const { cells, isFlipped } = cut;
  cut.bias = bias;
  const rows = to - from;
  const base = 2 ** cellBits;
  // A power of two: exact, and faster than to divide.
  const share = 1 / base;
  const negative = signs === 2 ? digits * rows : 0;
  isFlipped.fill(0);
  cells.fill(0, 0, rows * digits * signs);
  for (let row = 0; row < rows; row++) {
    const code = codes[(from + row) * stride + column]! + bias;
    let rest = Math.abs(code);
    const first = row + (code < 0 ? negative : 0);
    for (let digit = 0; rest > 0; digit++) {
      const high = Math.floor(rest * share);
      cells[first + digit * rows] = rest - high * base;
      rest = high;
    }
  }
  if (coding !== 'flipped') return;
  for (let digit = 0; digit < digits; digit++) {
    const all = cells.subarray(digit * rows, (digit + 1) * rows);
    // Where half of what the column could hold is exceeded, what is missing is less.
    if (2 * sumOf(all) <= rows * (base - 1)) continue;
    isFlipped[digit] = 1;
    for (let row = 0; row < rows; row++) all[row] = base - 1 - all[row]!;
  }
}

/** Sum of cells. */
export function sumOf(cells: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < cells.length; i++) sum += cells[i]!;
  return sum;
}

/** What sums a column can make: of its positive and, where a difference is read, of its negative cells. */
export function columnRange(positive: number, negative: number, dacBits: number): ValueRange {
  const largest = 2 ** dacBits - 1;
  return { least: -negative * largest, most: positive * largest };
}
