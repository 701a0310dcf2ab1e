/** How results differ from those in float. */
export interface Deviation {
  /** How many values were compared. */
  readonly values: number;
  /** Σ y², of the values in float. */
  readonly power: number;
  /** Σ (y − ŷ)². */
  readonly errorPower: number;
  /** Largest |y|. */
  readonly largest: number;
  /** Largest |y − ŷ|. */
  readonly largestError: number;
}

/** Nothing compared yet. */
export const NO_DEVIATION: Deviation = { values: 0, power: 0, errorPower: 0, largest: 0, largestError: 0 };

/** Compares values with those in float, which come first. */
export function deviationOf(exact: ArrayLike<number>, found: ArrayLike<number>): Deviation {
  let power = 0;
  let errorPower = 0;
  let largest = 0;
  let largestError = 0;
  for (let i = 0; i < exact.length; i++) {
    const value = exact[i]!;
    const error = Math.abs(value - found[i]!);
    power += value * value;
    errorPower += error * error;
    // What is no number stays: nothing is greater.
    if (Math.abs(value) > largest || Number.isNaN(value)) largest = Math.abs(value);
    if (error > largestError || Number.isNaN(error)) largestError = error;
  }
  return { values: exact.length, power, errorPower, largest, largestError };
}

/** Two deviations as one: of the parts of a layer, or of the same layer for several inputs. */
export function mergeDeviations(one: Deviation, other: Deviation): Deviation {
  return {
    values: one.values + other.values,
    power: one.power + other.power,
    errorPower: one.errorPower + other.errorPower,
    largest: Math.max(one.largest, other.largest),
    largestError: Math.max(one.largestError, other.largestError),
  };
}

/** Signal-to-quantisation-noise ratio in dB, 10·log₁₀(Σy² / Σ(y − ŷ)²): infinite where nothing differs. */
export function sqnrDb({ power, errorPower }: Deviation): number {
  return errorPower === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(power / errorPower);
}

/** Largest error as a share of the largest value; infinite where only errors are there. */
export function relativeError({ largest, largestError }: Deviation): number {
  return largestError === 0 ? 0 : largestError / largest;
}

/** Share of what was clipped; 0 where there was nothing. */
export function clippedShare(clipped: number, conversions: number): number {
  return conversions === 0 ? 0 : clipped / conversions;
}

/** How a figure is spread over trials. */
export interface Spread {
  /** How many trials. */
  readonly count: number;
  /** Their mean. */
  readonly mean: number;
  /** Their standard deviation, with count − 1; 0 for a single one. */
  readonly deviation: number;
  /** The least of them. */
  readonly least: number;
  /** The greatest of them. */
  readonly most: number;
}

/** The spread of figures; of none all is NaN. Where one is infinite the mean is, and the deviation is NaN. */
export function spreadOf(figures: readonly number[]): Spread {
  const count = figures.length;
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / count;
  const squares = figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0);
  const [first = Number.NaN] = figures;
  return {
    ...{ count, mean, deviation: count === 1 ? 0 : Math.sqrt(squares / (count - 1)) },
    least: figures.reduce((least, figure) => Math.min(least, figure), first),
    most: figures.reduce((most, figure) => Math.max(most, figure), first),
  };
}

/** Indices of the `count` greatest scores, the greatest first; of equals the first one. What is no number counts as -Infinity. */
export function greatest(scores: ArrayLike<number>, count: number): readonly number[] {
  const scoreOf = (index: number) =>
    Number.isNaN(scores[index]) ? Number.NEGATIVE_INFINITY : scores[index]!;
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scoreOf(i);
    if (best.length === count && !(score > scoreOf(best[count - 1]!))) continue;
    const place = best.findIndex((other) => score > scoreOf(other));
    best.splice(place < 0 ? best.length : place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Over how many of some inputs two ways to compute agree on the class. */
export interface Agreement {
  /** Inputs. */
  readonly inputs: number;
  /** Those whose best class is the same. */
  readonly top1: number;
  /** Those whose best class in float is among the best five. */
  readonly top5: number;
}

/** No inputs yet. */
export const NO_AGREEMENT: Agreement = { inputs: 0, top1: 0, top5: 0 };

/** Counts one more input: its scores in float, and as they were found. */
export function countAgreement(
  before: Agreement,
  exact: ArrayLike<number>,
  found: ArrayLike<number>,
): Agreement {
  const [best] = greatest(exact, 1);
  const five = greatest(found, 5);
  return {
    inputs: before.inputs + 1,
    top1: before.top1 + (best !== undefined && five[0] === best ? 1 : 0),
    top5: before.top5 + (best !== undefined && five.includes(best) ? 1 : 0),
  };
}
