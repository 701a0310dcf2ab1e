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

/** The bits of a number of float16, which is one that {@link toFloat16} gives. */
export function float16Bits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  if (Number.isNaN(x)) return 0x7e00;
  if (!Number.isFinite(x)) return sign | 0x7c00;
  float[0] = x;
  const exponent = ((bits[0]! >>> 23) & 255) - 127;
  // Below 2^-14 a bit is 2^-24, without the one in front.
  if (exponent < -14) return sign | (Math.abs(x) * 2 ** 24);
  return sign | ((exponent + 15) << 10) | ((bits[0]! >>> 13) & 0x3ff);
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
