/** Products of vectors with matrices: the MVMs of crossbars in floats. */
import { VECTOR } from './parts';

/** Floats of a vector. */
const LANES: usize = 4;
const FLOAT: usize = 4;

/**
 * Adds `n` vectors times a part of a matrix to `n` vectors of sums. The part is summed by itself first, as a crossbar
 * does it, and added once.
 *
 * @param x First value of the first vector; `xStride` bytes to the next one.
 * @param w First weight of the part, of `rows` rows that are `wStride` bytes apart.
 * @param columns Columns of the part, rounded up to vectors; what lies behind them in `w` and `partial` is touched.
 * @param sums Addresses of `n` vectors of sums, whose values are added to from byte `shift` on.
 * @param partial Room for `n` vectors of `columns` values, rounded up.
 */
export function multiply(
  x: usize,
  xStride: usize,
  n: usize,
  w: usize,
  wStride: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  shift: usize,
  partial: usize,
): void {
  const bytes = ((columns + LANES - 1) & ~(LANES - 1)) * FLOAT;
  memory.fill(partial, 0, n * bytes);
  const fours = rows & ~3;
  for (let row: usize = 0; row < fours; row += 4) {
    const w0 = w + row * wStride;
    for (let i: usize = 0; i < n; i++) {
      addFour(x + i * xStride + row * FLOAT, w0, wStride, partial + i * bytes, bytes);
    }
  }
  for (let row = fours; row < rows; row++) {
    const w0 = w + row * wStride;
    for (let i: usize = 0; i < n; i++) {
      addOne(x + i * xStride + row * FLOAT, w0, partial + i * bytes, bytes);
    }
  }
  for (let i: usize = 0; i < n; i++) {
    addTo(<usize>load<u32>(sums + i * sizeof<u32>()) + shift, partial + i * bytes, columns);
  }
}

function addFour(x: usize, w0: usize, wStride: usize, sum: usize, bytes: usize): void {
  const w1 = w0 + wStride;
  const w2 = w1 + wStride;
  const w3 = w2 + wStride;
  const x0 = v128.load32_splat(x);
  const x1 = v128.load32_splat(x, 4);
  const x2 = v128.load32_splat(x, 8);
  const x3 = v128.load32_splat(x, 12);
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    let s = v128.load(sum + at);
    s = f32x4.add(s, f32x4.mul(x0, v128.load(w0 + at)));
    s = f32x4.add(s, f32x4.mul(x1, v128.load(w1 + at)));
    s = f32x4.add(s, f32x4.mul(x2, v128.load(w2 + at)));
    s = f32x4.add(s, f32x4.mul(x3, v128.load(w3 + at)));
    v128.store(sum + at, s);
  }
}

function addOne(x: usize, w: usize, sum: usize, bytes: usize): void {
  const x0 = v128.load32_splat(x);
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.mul(x0, v128.load(w + at))));
  }
}

/** Adds `count` values to others. */
function addTo(target: usize, source: usize, count: usize): void {
  const whole = (count & ~(LANES - 1)) * FLOAT;
  const end = count * FLOAT;
  for (let at: usize = 0; at < whole; at += VECTOR) {
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  }
  for (let at = whole; at < end; at += FLOAT) {
    store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
  }
}

/**
 * The same where every channel has a matrix of one column: `n` times `taps` vectors of channels, times as many of
 * weights, each channel by itself.
 *
 * @param x First value of the first vector; `tapStride` bytes to the next tap, `xStride` to the next of the `n`.
 * @param w First weight; `tapStride` bytes to the next tap.
 */
export function multiplyChannels(
  x: usize,
  xStride: usize,
  n: usize,
  w: usize,
  tapStride: usize,
  taps: usize,
  channels: usize,
  sums: usize,
  shift: usize,
): void {
  const whole = (channels & ~(LANES - 1)) * FLOAT;
  const end = channels * FLOAT;
  for (let i: usize = 0; i < n; i++) {
    const target = <usize>load<u32>(sums + i * sizeof<u32>()) + shift;
    const first = x + i * xStride;
    for (let at: usize = 0; at < whole; at += VECTOR) {
      let s = f32x4.splat(0);
      for (let tap: usize = 0; tap < taps; tap++) {
        const from = tap * tapStride + at;
        s = f32x4.add(s, f32x4.mul(v128.load(first + from), v128.load(w + from)));
      }
      v128.store(target + at, f32x4.add(v128.load(target + at), s));
    }
    for (let at = whole; at < end; at += FLOAT) {
      let s: f32 = 0;
      for (let tap: usize = 0; tap < taps; tap++) {
        const from = tap * tapStride + at;
        s += load<f32>(first + from) * load<f32>(w + from);
      }
      store<f32>(target + at, load<f32>(target + at) + s);
    }
  }
}

/**
 * Adds a vector times a part of a matrix to integers. All values are integers, whose products are summed in doubles and so
 * exact to 2^53; sums keep their lower 32 bits.
 *
 * @param x First value of the vector.
 * @param w First weight of the part, of `rows` rows that are `wStride` bytes apart.
 * @param columns Columns of the part; what lies behind them in `w` and `partial`, up to vectors, is touched.
 * @param sums Address of the first sum.
 * @param partial Room for `columns` doubles, rounded up to vectors of four.
 */
export function multiplyExactly(
  x: usize,
  w: usize,
  wStride: usize,
  rows: usize,
  columns: usize,
  sums: usize,
  partial: usize,
): void {
  const bytes = ((columns + LANES - 1) & ~(LANES - 1)) * FLOAT;
  memory.fill(partial, 0, 2 * bytes);
  for (let row: usize = 0; row < rows; row++) {
    const value = load<f32>(x + row * FLOAT);
    if (value === 0) continue;
    addExactly(f64x2.splat(<f64>value), w + row * wStride, partial, bytes);
  }
  addIntegers(sums, partial, columns);
}

/** Adds floats times a double to doubles. */
function addExactly(x: v128, w: usize, sum: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    const four = v128.load(w + at);
    const low = f64x2.mul(x, f64x2.promote_low_f32x4(four));
    const high = f64x2.mul(x, f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 2, 3)));
    const to = sum + 2 * at;
    v128.store(to, f64x2.add(v128.load(to), low));
    v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
  }
}

function addIntegers(sums: usize, partial: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const at = sums + i * sizeof<i32>();
    store<i32>(at, load<i32>(at) + <i32>(<i64>load<f64>(partial + i * sizeof<f64>())));
  }
}

/**
 * The same where every channel has a matrix of one column: `taps` vectors of channels, times as many of weights.
 *
 * @param x First value of the first vector; `tapStride` bytes to the next tap, of the weights at `w` too.
 */
export function multiplyChannelsExactly(
  x: usize,
  w: usize,
  tapStride: usize,
  taps: usize,
  channels: usize,
  sums: usize,
): void {
  for (let channel: usize = 0; channel < channels; channel++) {
    let sum: f64 = 0;
    for (let tap: usize = 0; tap < taps; tap++) {
      const from = tap * tapStride + channel * FLOAT;
      sum += <f64>load<f32>(x + from) * <f64>load<f32>(w + from);
    }
    const at = sums + channel * sizeof<i32>();
    store<i32>(at, load<i32>(at) + <i32>(<i64>sum));
  }
}
