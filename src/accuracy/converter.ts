import type { Arithmetic } from '../architecture/arithmetic.ts';
import type { ValueRange } from './activation-range.ts';

/** What an ADC makes of a sum: `low + step · code`, with the nearest of the codes 0 to `last`. */
export interface Converter {
  /** The sum of code 0. */
  readonly low: number;
  /** What a code is more than the one before it. */
  readonly step: number;
  /** The last code. */
  readonly last: number;
}

/** Greatest sum of a column of a number of rows, if all cells and inputs are at their largest. */
export function largestSum(rows: number, { dacBits, cellBits }: Arithmetic): number {
  return rows * (2 ** dacBits - 1) * (2 ** cellBits - 1);
}

/**
 * The ADC of a digit.
 *
 * @param crossbarRows Rows of a whole crossbar, whose sums the range `full` covers.
 * @param seen Sums of this digit that were seen, for the range `calibrated`.
 */
export function converterOf(
  arithmetic: Arithmetic,
  adcBits: number,
  crossbarRows: number,
  seen: ValueRange | undefined,
): Converter {
  const { adcRange, isDifference } = arithmetic;
  const last = 2 ** adcBits - 1;
  if (adcRange === 'calibrated') {
    const { least, most } = seen ?? { least: 0, most: 0 };
    return { low: least, step: Math.max(1, (most - least) / last), last };
  }
  const largest = adcRange === 'clip' ? 0 : largestSum(crossbarRows, arithmetic);
  if (!isDifference) return { low: 0, step: Math.max(1, largest / last), last };
  // As many codes below 0 as from it on, so that 0 stays 0.
  const step = Math.max(1, (2 * largest) / last);
  return { low: -step * 2 ** (adcBits - 1), step, last };
}

/** True where no sum of a range is changed by the ADC. */
export function isExact({ low, step, last }: Converter, { least, most }: ValueRange): boolean {
  return step === 1 && Number.isInteger(low) && least >= low && most <= low + last;
}

/** Least bits of an ADC of range `clip` that changes no sum of a range. */
export function leastAdcBits({ least, most }: ValueRange, isDifference: boolean): number {
  const bits = bitsOf(Math.max(most, isDifference ? -least - 1 : 0));
  return Math.max(1, isDifference ? bits + 1 : bits);
}

/** Bits of a whole number: ⌈log₂(value + 1)⌉, exactly. */
function bitsOf(value: number): number {
  let bits = 0;
  for (let power = 1; power <= value; power *= 2) bits++;
  return bits;
}
