import { BFLOAT16, FLOAT16 } from './data-types.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest number of float16; of two that are as near the one whose last bit is 0. */
export function toFloat16(x: number): number {
  float[0] = x;
  const exponent = ((bits[0]! >>> 23) & 255) - 127;
  // Infinities and what is no number.
  if (exponent === 128) return x;
  const unit = 2 ** (Math.max(exponent, -14) - 10);
  const units = Math.abs(x) / unit;
  const low = Math.floor(units);
  const rest = units - low;
  const rounded = (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low) * unit;
  return Math.sign(x) * (rounded >= 65536 ? Number.POSITIVE_INFINITY : rounded);
}

/** The nearest number of bfloat16; of two that are as near the one whose last bit is 0. */
export function toBfloat16(x: number): number {
  if (Number.isNaN(x)) return x;
  float[0] = x;
  const word = bits[0]!;
  bits[0] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  return float[0];
}

/** How values of a type are rounded, where it is one of 16 bits. */
export const halfRoundings: ReadonlyMap<number, (x: number) => number> = new Map([
  [FLOAT16, toFloat16],
  [BFLOAT16, toBfloat16],
]);
