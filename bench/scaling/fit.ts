/** A measured value at a size. */
export interface Point {
  readonly count: number;
  /** Seconds or bytes. */
  readonly value: number;
}

/** `value ≈ factor · count ^ exponent`. */
export interface Fit {
  readonly exponent: number;
  readonly factor: number;
  /** Standard error of the exponent; 0 where only two points were fitted. */
  readonly error: number;
  /** The least and the greatest count that were fitted. */
  readonly from: number;
  readonly to: number;
}

/** Decades below the largest count that are fitted: below them, what every run costs hides how it grows. */
const DECADES = 2;

/** Sizes are round numbers and counts are not: so much further down still belongs to the decades. */
const SLACK = 1.25;

/**
 * The power law of the points in the upper two decades (or as many as are given), by least squares of the logarithms; of those, only
 * points of at least `least`. Undefined where fewer than two are left.
 */
export function fitted(points: readonly Point[], least = 0, decades = DECADES): Fit | undefined {
  const largest = points.reduce((most, { count }) => Math.max(most, count), 0);
  const used = points.filter(
    ({ count, value }) => count * 10 ** decades * SLACK >= largest && value > 0 && value >= least,
  );
  if (used.length < 2) return undefined;
  const xs = used.map(({ count }) => Math.log(count));
  const ys = used.map(({ value }) => Math.log(value));
  const [x, y] = [mean(xs), mean(ys)];
  const spread = sum(xs.map((value) => (value - x) ** 2));
  if (spread === 0) return undefined;
  const exponent = sum(xs.map((value, i) => (value - x) * (ys[i]! - y))) / spread;
  const residues = sum(xs.map((value, i) => (ys[i]! - y - exponent * (value - x)) ** 2));
  return {
    exponent,
    factor: Math.exp(y - exponent * x),
    error: used.length > 2 ? Math.sqrt(residues / (used.length - 2) / spread) : 0,
    from: used.reduce((low, { count }) => Math.min(low, count), Number.POSITIVE_INFINITY),
    to: largest,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
