import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { ActivationCode } from './activation-code.ts';
import type { ValueRange } from './activation-range.ts';
import type { MatrixNoise } from './noisy-cells.ts';

/** A matrix on crossbars. */
export interface ProductOptions {
  /** Weights of one group of a base layer, row-major: `rows × columns`. */
  readonly weights: Float32Array;
  /** Rows of the matrix: inputs of one MVM. */
  readonly rows: number;
  /** Columns of the matrix: results of one MVM. */
  readonly columns: number;
  /** Bits, codes and converters. */
  readonly arithmetic: Arithmetic;
  /** Rows of a crossbar; those of the matrix are cut into blocks of so many. */
  readonly crossbarRows: number;
  /** The code of the inputs. */
  readonly activation: ActivationCode;
  /** Scale of the weights of every column, as a quantised file gives it; left out, the largest weight of a column is its greatest code. */
  readonly scales?: Float64Array;
  /** With scales: what the file has for 0 in every column, less the least that it may have; left out, codes are those of the arithmetic. */
  readonly zeroPoints?: Float64Array;
  /** Sums that were seen of every digit, for the range `calibrated`: those of `CrossbarProduct.sums` of earlier products. */
  readonly seen?: readonly DigitSums[];
  /** Whether the sums of all columns are made and kept, which takes longer; left out, no. Sums of noisy cells are not kept. */
  readonly keepsSums?: boolean;
  /** What cells hold instead of what they should; left out, they are exact. */
  readonly noise?: MatrixNoise;
}

/** Sums of columns that were read of one digit and sign: the range is 0 to 0 where none were. */
export interface DigitSums extends ValueRange {
  /** Which digit, the least one first. */
  readonly digit: number;
  /** 0, or 1 for the columns of negative weights that are read by themselves. */
  readonly sign: number;
}
