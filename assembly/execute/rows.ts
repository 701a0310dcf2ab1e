/** Functions of rows of floats. Behind the end of what is read up to 12 bytes are touched. */
import { exp4 } from './functions';
import { firstLanes, LANES, storePart, sumOf, VECTOR } from './parts';

/** Writes the softmax of a row of `count` values. */
export function softmaxRow(out: usize, x: usize, count: i32): void {
  const greatest = f32x4.splat(greatestOf(x, count));
  const left = count & (LANES - 1);
  const whole = (<usize>(count - left)) << 2;
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += VECTOR) {
    const e = exp4(f32x4.sub(v128.load(x + at), greatest));
    v128.store(out + at, e);
    sum = f32x4.add(sum, e);
  }
  if (left > 0) {
    const e = exp4(f32x4.sub(v128.load(x + whole), greatest));
    storePart(out + whole, e, left);
    sum = f32x4.add(sum, v128.and(e, firstLanes(left)));
  }
  const total = f32x4.splat(sumOf(sum));
  for (let at: usize = 0; at < whole; at += VECTOR) {
    v128.store(out + at, f32x4.div(v128.load(out + at), total));
  }
  if (left > 0) storePart(out + whole, f32x4.div(v128.load(out + whole), total), left);
}

function greatestOf(x: usize, count: i32): f32 {
  const least = f32x4.splat(-Infinity);
  const left = count & (LANES - 1);
  const whole = (<usize>(count - left)) << 2;
  let best = v128.bitselect(v128.load(x + whole), least, firstLanes(left));
  for (let at: usize = 0; at < whole; at += VECTOR) best = f32x4.max(best, v128.load(x + at));
  const low = max<f32>(f32x4.extract_lane(best, 0), f32x4.extract_lane(best, 1));
  return max<f32>(low, max<f32>(f32x4.extract_lane(best, 2), f32x4.extract_lane(best, 3)));
}

/**
 * Writes the values of a row less their mean, by the root of their variance plus `epsilon`; or without taking a mean off.
 *
 * @param scale What they are multiplied with then; step 1, or 0 where all have the same one. Likewise `shift`.
 */
export function normaliseRow(
  out: usize,
  x: usize,
  count: i32,
  epsilon: f64,
  isCentred: bool,
  scale: usize,
  scaleStep: i32,
  shift: usize,
  shiftStep: i32,
): void {
  const mean = isCentred ? <f32>(sumOfRow(x, count, 0, false) / <f64>count) : 0;
  const variance = sumOfRow(x, count, mean, true) / <f64>count;
  const inverse = f32x4.splat(<f32>(1 / Math.sqrt(variance + epsilon)));
  const sameScale = v128.load32_splat(scale);
  const sameShift = v128.load32_splat(shift);
  for (let i = 0; i < count; i += LANES) {
    const at = (<usize>i) << 2;
    const s = scaleStep === 0 ? sameScale : v128.load(scale + at);
    const b = shiftStep === 0 ? sameShift : v128.load(shift + at);
    const off = f32x4.mul(f32x4.sub(v128.load(x + at), f32x4.splat(mean)), inverse);
    const v = f32x4.add(f32x4.mul(off, s), b);
    if (count - i >= LANES) v128.store(out + at, v);
    else storePart(out + at, v, count - i);
  }
}

/** The sum of values less `mean`, or of their squares: exact to what doubles are. */
function sumOfRow(x: usize, count: i32, mean: f32, isSquared: bool): f64 {
  const off = f32x4.splat(mean);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < count; i += LANES) {
    let v = f32x4.sub(v128.load(x + ((<usize>i) << 2)), off);
    if (count - i < LANES) v = v128.and(v, firstLanes(count - i));
    let a = f64x2.promote_low_f32x4(v);
    let b = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
    if (isSquared) {
      a = f64x2.mul(a, a);
      b = f64x2.mul(b, b);
    }
    low = f64x2.add(low, a);
    high = f64x2.add(high, b);
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
