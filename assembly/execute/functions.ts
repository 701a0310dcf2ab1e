/** Functions of four floats at a time, to some last bits. What is no number stays none. */

/** log2(e), and ln(2) in two parts, the first of which has few bits. */
const LOG2_E: f32 = <f32>Math.LOG2E;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;
/** Beyond these there is nothing but 0 and infinity. */
const LEAST: f32 = -104;
const MOST: f32 = 89;
/** 1/√2. */
const HALF_ROOT: f32 = <f32>Math.SQRT1_2;
/** 2/√π. */
const ERF_SLOPE: f32 = 1.1283791670955126;
/** √(2/π). */
const TANH_SLOPE: f32 = 0.7978845608028654;

function plus(sum: v128, x: v128, next: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(next));
}

function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Exponentials: e^r by its series for |r| up to ln(2)/2, times a power of 2. */
export function exp4(given: v128): v128 {
  const x = f32x4.min(f32x4.max(given, f32x4.splat(LEAST)), f32x4.splat(MOST));
  const whole = f32x4.nearest(f32x4.mul(x, f32x4.splat(LOG2_E)));
  let r = f32x4.sub(x, f32x4.mul(whole, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(whole, f32x4.splat(LN2_LOW)));
  let s = f32x4.splat(<f32>(1.0 / 5040));
  s = plus(s, r, <f32>(1.0 / 720));
  s = plus(s, r, <f32>(1.0 / 120));
  s = plus(s, r, <f32>(1.0 / 24));
  s = plus(s, r, <f32>(1.0 / 6));
  s = plus(s, r, 0.5);
  s = plus(s, r, 1);
  s = plus(s, r, 1);
  // In two parts, so that results without leading bits and infinity come out.
  const n = i32x4.trunc_sat_f32x4_s(whole);
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(s, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

/** 1 / (1 + e^-x). */
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

/** Hyperbolic tangents: near 0 by their series, elsewhere by exponentials. */
export function tanh4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let near = f32x4.splat(<f32>(62.0 / 2835));
  near = plus(near, square, <f32>(-17.0 / 315));
  near = plus(near, square, <f32>(2.0 / 15));
  near = plus(near, square, <f32>(-1.0 / 3));
  near = f32x4.mul(plus(near, square, 1), x);
  const e = exp4(f32x4.add(size, size));
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.3)));
}

/**
 * Error functions: near 0 by their series, elsewhere 1 - e^-p(|x|) with a polynomial p that was fitted to
 * -ln(1 - erf(x)) from 0.4 to 4, to 2e-9 of the result.
 */
export function erf4(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const size = f32x4.min(f32x4.abs(x), f32x4.splat(4));
  const square = f32x4.mul(x, x);
  let near = f32x4.splat(<f32>(-1.0 / 1320));
  near = plus(near, square, <f32>(1.0 / 216));
  near = plus(near, square, <f32>(-1.0 / 42));
  near = plus(near, square, 0.1);
  near = plus(near, square, <f32>(-1.0 / 3));
  near = f32x4.mul(plus(near, square, 1), f32x4.mul(x, f32x4.splat(ERF_SLOPE)));
  let p = f32x4.splat(1.1418398571549915e-5);
  p = plus(p, size, -1.1757653555832803e-4);
  p = plus(p, size, 2.8165418189018965e-4);
  p = plus(p, size, 2.114485250785947e-3);
  p = plus(p, size, -2.152055688202381e-2);
  p = plus(p, size, 0.10434167832136154);
  p = plus(p, size, 0.6359859108924866);
  p = plus(p, size, 1.128522276878357);
  p = plus(p, size, -1.3745301657763775e-5);
  const far = f32x4.sub(f32x4.splat(1), exp4(f32x4.neg(p)));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.5)));
}

/** x/2 · (1 + erf(x/√2)). */
export function gelu4(x: v128): v128 {
  const one = f32x4.add(f32x4.splat(1), erf4(f32x4.mul(x, f32x4.splat(HALF_ROOT))));
  return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), one);
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
export function geluTanh4(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x);
  const inner = f32x4.add(x, f32x4.mul(f32x4.splat(0.044715), cube));
  const one = f32x4.add(f32x4.splat(1), tanh4(f32x4.mul(f32x4.splat(TANH_SLOPE), inner)));
  return f32x4.mul(f32x4.mul(f32x4.splat(0.5), x), one);
}
