/** What is computed value by value, of floats. Behind the end of what is read up to 12 bytes are touched. */
import { BinaryKind, UnaryKind } from './elements-layout';
import { erf4, exp4, gelu4, geluTanh4, sigmoid4, tanh4 } from './functions';
import { LANES, storePart, VECTOR } from './parts';

/**
 * Writes a function of `count` values.
 *
 * @param kind A number of {@link UnaryKind}; `a` and `b` are its parameters.
 */
export function applyUnary(kind: i32, out: usize, x: usize, count: i32, a: f32, b: f32): void {
  const first = f32x4.splat(a);
  const second = f32x4.splat(b);
  const left = count & (LANES - 1);
  const whole = (<usize>(count - left)) << 2;
  for (let at: usize = 0; at < whole; at += VECTOR) {
    v128.store(out + at, unary(kind, v128.load(x + at), first, second));
  }
  if (left > 0) storePart(out + whole, unary(kind, v128.load(x + whole), first, second), left);
}

function unary(kind: i32, x: v128, a: v128, b: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (kind) {
    case UnaryKind.SCALE:
      return f32x4.mul(a, x);
    case UnaryKind.RELU:
      return v128.andnot(x, f32x4.lt(x, zero));
    case UnaryKind.CLIP:
      return f32x4.min(f32x4.max(x, a), b);
    case UnaryKind.LEAKY_RELU:
      return v128.bitselect(f32x4.mul(a, x), x, f32x4.lt(x, zero));
    case UnaryKind.HARD_SIGMOID:
      return f32x4.max(zero, f32x4.min(one, f32x4.add(f32x4.mul(a, x), b)));
    case UnaryKind.HARD_SWISH: {
      const share = f32x4.add(f32x4.div(x, f32x4.splat(6)), f32x4.splat(0.5));
      return f32x4.mul(x, f32x4.max(zero, f32x4.min(one, share)));
    }
    case UnaryKind.SIGMOID:
      return sigmoid4(x);
    case UnaryKind.SWISH:
      return f32x4.mul(x, sigmoid4(f32x4.mul(a, x)));
    case UnaryKind.TANH:
      return tanh4(x);
    case UnaryKind.ERF:
      return erf4(x);
    case UnaryKind.GELU:
      return gelu4(x);
    case UnaryKind.GELU_TANH:
      return geluTanh4(x);
    case UnaryKind.EXP:
      return exp4(x);
    case UnaryKind.SQRT:
      return f32x4.sqrt(x);
    case UnaryKind.ABS:
      return f32x4.abs(x);
    case UnaryKind.NEG:
      return f32x4.neg(x);
    case UnaryKind.RECIPROCAL:
      return f32x4.div(one, x);
    case UnaryKind.FLOOR:
      return f32x4.floor(x);
    case UnaryKind.CEIL:
      return f32x4.ceil(x);
    default:
      return f32x4.nearest(x);
  }
}

/**
 * Writes a function of `count` pairs of values.
 *
 * @param kind A number of {@link BinaryKind}.
 * @param xStep 1, or 0 where all pairs have the same value; likewise `yStep`.
 */
export function applyBinary(
  kind: i32,
  out: usize,
  x: usize,
  xStep: i32,
  y: usize,
  yStep: i32,
  count: i32,
): void {
  const sameX = v128.load32_splat(x);
  const sameY = v128.load32_splat(y);
  for (let i = 0; i < count; i += LANES) {
    const at = (<usize>i) << 2;
    const v = binary(kind, xStep === 0 ? sameX : v128.load(x + at), yStep === 0 ? sameY : v128.load(y + at));
    if (count - i >= LANES) v128.store(out + at, v);
    else storePart(out + at, v, count - i);
  }
}

function binary(kind: i32, x: v128, y: v128): v128 {
  switch (kind) {
    case BinaryKind.ADD:
      return f32x4.add(x, y);
    case BinaryKind.SUBTRACT:
      return f32x4.sub(x, y);
    case BinaryKind.MULTIPLY:
      return f32x4.mul(x, y);
    case BinaryKind.DIVIDE:
      return f32x4.div(x, y);
    case BinaryKind.MAX:
      return f32x4.max(x, y);
    case BinaryKind.MIN:
      return f32x4.min(x, y);
    default:
      return v128.bitselect(f32x4.mul(y, x), x, f32x4.lt(x, f32x4.splat(0)));
  }
}

/** Writes x · factor + shift of `count` values; steps are 1, or 0 where all have the same one. */
export function multiplyAdd(
  out: usize,
  x: usize,
  factor: usize,
  factorStep: i32,
  shift: usize,
  shiftStep: i32,
  count: i32,
): void {
  const sameFactor = v128.load32_splat(factor);
  const sameShift = v128.load32_splat(shift);
  for (let i = 0; i < count; i += LANES) {
    const at = (<usize>i) << 2;
    const f = factorStep === 0 ? sameFactor : v128.load(factor + at);
    const s = shiftStep === 0 ? sameShift : v128.load(shift + at);
    const v = f32x4.add(f32x4.mul(v128.load(x + at), f), s);
    if (count - i >= LANES) v128.store(out + at, v);
    else storePart(out + at, v, count - i);
  }
}
