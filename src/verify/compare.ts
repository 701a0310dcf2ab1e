/** How far values are from those that they should be. */
export interface Deviation {
  /** The largest absolute value that there should be. */
  readonly largest: number;
  /** The largest absolute difference. */
  readonly largestDeviation: number;
  /** {@link largestDeviation} by {@link largest}; the difference itself where there should be nothing but zeros. */
  readonly relativeDeviation: number;
  /** Cosine of the angle between both, as vectors; 1 where both are zero. */
  readonly cosine: number;
  /** True where the largest value is at the same index. */
  readonly isSameTop: boolean;
  /** Values that are no finite numbers in one of both only, or are different ones. */
  readonly strange: number;
  /** Values that are NaN or infinite and should be: there is nothing to compare. */
  readonly notFinite: number;
}

/** Compares values with those that they should be. */
export function deviationOf(values: ArrayLike<number>, wanted: ArrayLike<number>): Deviation {
  if (values.length !== wanted.length) throw new Error('only outputs of one shape can be compared');
  let [largest, largestDeviation, strange, notFinite] = [0, 0, 0, 0];
  let [product, own, theirs] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const [a, b] = [values[i]!, wanted[i]!];
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      if (Object.is(a, b)) notFinite++;
      else strange++;
      continue;
    }
    largest = Math.max(largest, Math.abs(b));
    largestDeviation = Math.max(largestDeviation, Math.abs(a - b));
    product += a * b;
    own += a * a;
    theirs += b * b;
  }
  const length = Math.sqrt(own) * Math.sqrt(theirs);
  return {
    largest,
    largestDeviation,
    relativeDeviation: largest === 0 ? largestDeviation : largestDeviation / largest,
    cosine: length === 0 ? (own === theirs ? 1 : 0) : product / length,
    isSameTop: indexOfLargest(values) === indexOfLargest(wanted),
    strange,
    notFinite,
  };
}

/** The first index of the largest value; what is no number is less than all that are. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]! || (Number.isNaN(values[best]) && !Number.isNaN(values[i]))) best = i;
  }
  return best;
}

/** The worst of several, figure by figure. */
export function worstOf(deviations: readonly Deviation[]): Deviation {
  return deviations.reduce((a, b) => ({
    largest: Math.max(a.largest, b.largest),
    largestDeviation: Math.max(a.largestDeviation, b.largestDeviation),
    relativeDeviation: Math.max(a.relativeDeviation, b.relativeDeviation),
    cosine: Math.min(a.cosine, b.cosine),
    isSameTop: a.isSameTop && b.isSameTop,
    strange: a.strange + b.strange,
    notFinite: a.notFinite + b.notFinite,
  }));
}
