import { ClsaCimError } from '../errors.ts';

const INT32_MAX = 2 ** 31 - 1;

/** `ceil(a · b / c)`, exactly. */
export function scaledUp(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return Math.ceil(product / c);
  return Number((BigInt(a) * BigInt(b) + BigInt(c) - 1n) / BigInt(c));
}

/**
 * Spreads a total over the sets of a layer in proportion to their pixels, such that nothing is lost
 * (docs/simulation.md section 1): set k gets `floor(total·P(k+1)/P(n)) - floor(total·P(k)/P(n))`, P(k) = pixels of
 * the sets before k.
 *
 * @param pixels Per set.
 * @param what The layer and the quantity, for messages.
 * @throws ClsaCimError where a share does not fit 32 bits, or the total is no exact integer.
 */
export function spread(total: number, pixels: Int32Array, what: string): Int32Array {
  if (!Number.isSafeInteger(total)) throw tooMany(what);
  let allPixels = 0;
  for (let k = 0; k < pixels.length; k++) allPixels += pixels[k]!;
  // What every pixel gets, and what is left for all of them together.
  const perPixel = Math.floor(total / allPixels);
  const rest = total - perPixel * allPixels;
  if (rest === 0) return timesPixels(perPixel, pixels, what);
  const shares = new Int32Array(pixels.length);
  let pixelsBefore = 0;
  let restBefore = 0;
  for (let k = 0; k < pixels.length; k++) {
    pixelsBefore += pixels[k]!;
    const restUpToHere = scaledDown(rest, pixelsBefore, allPixels);
    shares[k] = int32(perPixel * pixels[k]! + restUpToHere - restBefore, what);
    restBefore = restUpToHere;
  }
  return shares;
}

/**
 * So many for every pixel, set by set.
 *
 * @throws ClsaCimError where that does not fit 32 bits for a set.
 */
export function timesPixels(perPixel: number, pixels: Int32Array, what: string): Int32Array {
  if (perPixel === 1) return pixels;
  const products = new Int32Array(pixels.length);
  for (let k = 0; k < pixels.length; k++) products[k] = int32(perPixel * pixels[k]!, what);
  return products;
}

/** `floor(a · b / c)`, exactly. */
function scaledDown(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return Math.floor(product / c);
  return Number((BigInt(a) * BigInt(b)) / BigInt(c));
}

/**
 * The number, if it fits 32 bits.
 *
 * @throws ClsaCimError where it does not.
 */
export function int32(value: number, what: string): number {
  if (value <= INT32_MAX) return value;
  throw tooMany(what);
}

function tooMany(what: string): ClsaCimError {
  return new ClsaCimError(`${what} of one set do not fit 32 bits; use smaller sets`, 'input', {
    code: 'TOO_LARGE',
  });
}
