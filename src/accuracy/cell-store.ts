import type { ColumnCells } from './cells.ts';

/** A row block: rows of a matrix that lie on one crossbar. */
export interface RowBlock {
  /** Which one. */
  readonly block: number;
  /** The first of its rows. */
  readonly from: number;
  /** The row behind the last one. */
  readonly to: number;
}

/** Where the cells of a matrix go, column by column of one block after the other. */
export interface CellStore {
  /** Takes the cells of a column of a block. */
  store(block: RowBlock, column: number, cells: ColumnCells): void;
  /**
   * All columns of a block are stored.
   *
   * @param inexact Per sign, digit and strip: 1 where the ADC may change sums.
   */
  finish(block: RowBlock, inexact: Uint8Array): void;
}
