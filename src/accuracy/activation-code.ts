import type { Arithmetic } from '../architecture/arithmetic.ts';
import { ClsaCimError } from '../errors.ts';
import type { ValueRange } from './activation-range.ts';

/** The whole numbers that stand for inputs of MVMs: `x ≈ scale · (a − zeroPoint)`. */
export interface ActivationCode {
  /** What one step of `a` is worth. */
  readonly scale: number;
  /** The `a` of 0; a half where one bit stands for ±1/2. */
  readonly zeroPoint: number;
  /** Bits of `a`. */
  readonly bits: number;
  /** True where `a` is in two's complement, and the last read counts negatively; otherwise it is not negative. */
  readonly isTwosComplement: boolean;
}

/** Least and greatest `a`. */
export function activationLimits({ bits, isTwosComplement }: ActivationCode): readonly [number, number] {
  return isTwosComplement ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

/**
 * The code of inputs whose values lie in a range. Where none is negative, all codes stand for values from 0 on. Otherwise
 * they are as many on both sides: in two's complement where one bit is read at a time, else moved by half of all codes.
 *
 * @throws ClsaCimError where the range is not finite.
 */
export function activationCode(
  range: ValueRange,
  { activationBits, dacBits }: Pick<Arithmetic, 'activationBits' | 'dacBits'>,
): ActivationCode {
  const { least, most } = range;
  if (!Number.isFinite(least) || !Number.isFinite(most)) {
    throw new ClsaCimError(
      `values from ${least} to ${most} have no code; check the weights and the input for what is not finite`,
    );
  }
  const bits = activationBits;
  const half = 2 ** (bits - 1);
  const largest = Math.max(-least, most);
  // A scale of 0 would make a value of nothing.
  const scaled = (steps: number) => (largest === 0 ? 1 : largest / steps);
  if (least >= 0) return { scale: scaled(2 * half - 1), zeroPoint: 0, bits, isTwosComplement: false };
  if (bits === 1) return { scale: scaled(1 / 2), zeroPoint: 1 / 2, bits, isTwosComplement: false };
  const scale = scaled(half - 1);
  return dacBits === 1
    ? { scale, zeroPoint: 0, bits, isTwosComplement: true }
    : { scale, zeroPoint: half, bits, isTwosComplement: false };
}

/**
 * The code of inputs that a file quantises itself.
 *
 * @param isSigned Whether the integers of the file are signed.
 */
export function givenActivationCode(
  { scale, zeroPoint, bits }: { readonly scale: number; readonly zeroPoint: number; readonly bits: number },
  isSigned: boolean,
  { dacBits }: Pick<Arithmetic, 'dacBits'>,
): ActivationCode {
  if (!isSigned) return { scale, zeroPoint, bits, isTwosComplement: false };
  return dacBits === 1
    ? { scale, zeroPoint, bits, isTwosComplement: true }
    : { scale, zeroPoint: zeroPoint + 2 ** (bits - 1), bits, isTwosComplement: false };
}
