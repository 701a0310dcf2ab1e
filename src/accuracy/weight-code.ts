import type { Arithmetic } from '../architecture/arithmetic.ts';
import { ClsaCimError } from '../errors.ts';
import { roundHalfEven } from './round.ts';

/** The whole numbers that stand for weights: `w ≈ scale · q`, least ≤ q ≤ most. */
export interface WeightCode {
  /** The least q. */
  readonly least: number;
  /** The greatest q. */
  readonly most: number;
  /** What is added to q before it is cut into digits; 0 where cells know signs. */
  readonly bias: number;
  /** Digits of a weight: S. */
  readonly digits: number;
  /** Parts of a weight with cells of their own: 2 where positive and negative ones lie apart. */
  readonly signs: 1 | 2;
}

/** The code of weights of an arithmetic. A biased weight of one bit is one of two halves, `±1/2`. */
export function weightCode({ weightBits, cellBits, coding }: Arithmetic): WeightCode {
  const digits = Math.ceil(weightBits / cellBits);
  const half = 2 ** (weightBits - 1);
  if (coding === 'pairs' || coding === 'signed') {
    const most = Math.max(1, half - 1);
    return { least: -most, most, bias: 0, digits, signs: 2 };
  }
  const bias = weightBits === 1 ? 1 / 2 : half;
  return { least: -bias, most: 2 * half - 1 - bias, bias, digits, signs: 1 };
}

/**
 * The code of one column whose weights a file has quantised: `q` is what the file has, less the zero point. As it lies in
 * cells it takes no more than they have: in pairs either sign may have all bits, with a bias the zero point is moved to it.
 *
 * @param code That of the arithmetic.
 * @param zeroPoint What the file has for 0, less the least that it may have: from 0 to 2^weightBits − 1.
 */
export function givenWeightCode(code: WeightCode, weightBits: number, zeroPoint: number): WeightCode {
  const most = 2 ** weightBits - 1;
  if (code.signs === 2) return { ...code, least: -most, most };
  return { ...code, least: -zeroPoint, most: most - zeroPoint, bias: zeroPoint };
}

/**
 * Scale of every column: its largest weight becomes the greatest code.
 *
 * @param weights Row-major, `rows × columns`.
 * @throws ClsaCimError where a weight is no finite number.
 */
export function weightScales(weights: Float32Array, columns: number, code: WeightCode): Float64Array {
  const largest = new Float64Array(columns);
  for (let i = 0, column = 0; i < weights.length; i++) {
    const size = Math.abs(weights[i]!);
    // What is no number stays: nothing is greater.
    if (size > largest[column]! || Number.isNaN(size)) largest[column] = size;
    if (++column === columns) column = 0;
  }
  const wrong = largest.find((size) => !Number.isFinite(size));
  if (wrong !== undefined) {
    throw new ClsaCimError(`a weight is ${wrong}; give weights that are finite numbers`);
  }
  return largest.map((size) => size / code.most);
}

/** The code of a weight; of a scale of 0 that of 0. */
export function codeOf(weight: number, scale: number, { least, most, bias }: WeightCode): number {
  const exact = scale === 0 ? 0 : weight / scale;
  const fraction = bias % 1;
  return Math.min(most, Math.max(least, roundHalfEven(exact + fraction) - fraction));
}
