import type { Arithmetic } from '../architecture/arithmetic.ts';
import { ClsaCimError } from '../errors.ts';

/** Bits that a double holds exactly, less one for the sign. */
const EXACT_BITS = 52;
/** Bits of a code of an input, which loops take as a word. */
const MAX_ACTIVATION_BITS = 30;
/** Bits of the sum of a column, which are words, too. */
const MAX_SUM_BITS = 31;

/**
 * Refuses bits whose products are too large to be computed exactly.
 *
 * @param rows Rows of the matrix.
 * @param blockRows Rows of one crossbar that are in use.
 * @param makesSums Whether sums of columns are made, not only their products.
 * @throws ClsaCimError that names the bits and what to do.
 */
export function demandExact(
  arithmetic: Arithmetic,
  activationBits: number,
  rows: number,
  blockRows: number,
  makesSums: boolean,
): void {
  const { weightBits, cellBits, dacBits } = arithmetic;
  const bits = weightBits + activationBits + Math.ceil(Math.log2(rows));
  if (bits > EXACT_BITS || activationBits > MAX_ACTIVATION_BITS) {
    throw new ClsaCimError(
      `weights of ${weightBits} bits and inputs of ${activationBits} bits on ${rows} rows make products of more than ` +
        `${EXACT_BITS} bits, or inputs of more than ${MAX_ACTIVATION_BITS}; give fewer bits`,
    );
  }
  if (makesSums && !hasExactSums(arithmetic, activationBits, blockRows)) {
    throw new ClsaCimError(
      `cells of ${cellBits} bits and reads of ${dacBits} bits on ${blockRows} rows make sums of more than ${MAX_SUM_BITS} bits; ` +
        'give smaller cells or reads, or leave adcBits out',
    );
  }
}

/**
 * True where the sums of columns can be made exactly.
 *
 * @param blockRows Rows of one crossbar that are in use.
 */
export function hasExactSums(
  { cellBits, dacBits }: Pick<Arithmetic, 'cellBits' | 'dacBits'>,
  activationBits: number,
  blockRows: number,
): boolean {
  const bits = Math.min(cellBits, EXACT_BITS) + Math.min(dacBits, activationBits);
  return bits + Math.ceil(Math.log2(blockRows)) <= MAX_SUM_BITS;
}
