/** Products of activations: attention. Behind the end of what is read up to 12 bytes are touched. */
import { LANES, storePart, sumOf, VECTOR } from './parts';

/** Columns that are summed at a time. */
const COLUMNS: i32 = 16;
const FLOAT: usize = 4;

/**
 * Writes `count` sums of `length` products, times a factor: number `n` of `x[k · xStride] · y[n · yStep + k · yStride]`.
 * Steps and strides are in bytes.
 */
export function multiplyActivations(
  out: usize,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  yStep: usize,
  length: i32,
  count: i32,
  factor: f32,
): void {
  if (xStride === FLOAT && yStride === FLOAT) {
    for (let n = 0; n < count; n++)
      store<f32>(out + ((<usize>n) << 2), factor * dot(x, y + <usize>n * yStep, length));
  } else if (yStep === FLOAT) {
    let n = 0;
    for (; n + COLUMNS <= count; n += COLUMNS) {
      addColumns(out + ((<usize>n) << 2), x, xStride, y + ((<usize>n) << 2), yStride, length, factor);
    }
    for (; n < count; n += LANES) {
      addVector(
        out + ((<usize>n) << 2),
        x,
        xStride,
        y + ((<usize>n) << 2),
        yStride,
        length,
        count - n,
        factor,
      );
    }
  } else {
    for (let n = 0; n < count; n++) {
      let sum: f32 = 0;
      const first = y + <usize>n * yStep;
      for (let k = 0; k < length; k++) {
        sum += load<f32>(x + <usize>k * xStride) * load<f32>(first + <usize>k * yStride);
      }
      store<f32>(out + ((<usize>n) << 2), factor * sum);
    }
  }
}

function dot(x: usize, y: usize, length: i32): f32 {
  const whole = (<usize>(length & ~(2 * LANES - 1))) << 2;
  let low = f32x4.splat(0);
  let high = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += 2 * VECTOR) {
    low = f32x4.add(low, f32x4.mul(v128.load(x + at), v128.load(y + at)));
    high = f32x4.add(high, f32x4.mul(v128.load(x + at, 16), v128.load(y + at, 16)));
  }
  let sum = sumOf(f32x4.add(low, high));
  const end = (<usize>length) << 2;
  for (let at = whole; at < end; at += FLOAT) sum += load<f32>(x + at) * load<f32>(y + at);
  return sum;
}

function addColumns(
  out: usize,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  length: i32,
  factor: f32,
): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (let k = 0; k < length; k++) {
    const v = v128.load32_splat(x + <usize>k * xStride);
    const row = y + <usize>k * yStride;
    a = f32x4.add(a, f32x4.mul(v, v128.load(row)));
    b = f32x4.add(b, f32x4.mul(v, v128.load(row, 16)));
    c = f32x4.add(c, f32x4.mul(v, v128.load(row, 32)));
    d = f32x4.add(d, f32x4.mul(v, v128.load(row, 48)));
  }
  const by = f32x4.splat(factor);
  v128.store(out, f32x4.mul(by, a));
  v128.store(out, f32x4.mul(by, b), 16);
  v128.store(out, f32x4.mul(by, c), 32);
  v128.store(out, f32x4.mul(by, d), 48);
}

/** The same of at most four columns. */
function addVector(
  out: usize,
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  length: i32,
  count: i32,
  factor: f32,
): void {
  let sum = f32x4.splat(0);
  for (let k = 0; k < length; k++) {
    const v = v128.load32_splat(x + <usize>k * xStride);
    sum = f32x4.add(sum, f32x4.mul(v, v128.load(y + <usize>k * yStride)));
  }
  sum = f32x4.mul(f32x4.splat(factor), sum);
  if (count >= LANES) v128.store(out, sum);
  else storePart(out, sum, count);
}
