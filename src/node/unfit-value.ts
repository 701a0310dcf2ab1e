import { isInteger, rangeOf } from '../execute/data-types.ts';
import { halfRoundings } from '../execute/half-floats.ts';
import { show } from '../input/show.ts';
import type { ProgramInput } from '../load/program.ts';

/**
 * What is wrong with the first value that an input would not have as it is given, but cut, wrapped or infinite, which would be another
 * input; undefined where all fit. Floats are rounded to those of their type.
 */
export function unfitValue(
  { name, dataType }: Pick<ProgramInput, 'name' | 'dataType'>,
  values: ArrayLike<number>,
): string | undefined {
  const [fits, what] = isInteger(dataType) ? integersOf(dataType) : floatsOf(dataType);
  for (let i = 0; i < values.length; i++) {
    if (!fits(values[i]!))
      return `the value ${values[i]} does not fit input ${show(name)}, which has ${what}`;
  }
  return undefined;
}

type Fit = readonly [fits: (value: number) => boolean, what: string];

function integersOf(dataType: number): Fit {
  const [low, high] = rangeOf(dataType);
  const fits = (value: number) => Number.isInteger(value) && value >= low && value <= high;
  return [fits, `integers from ${low} to ${high}`];
}

function floatsOf(dataType: number): Fit {
  const half = halfRoundings.get(dataType);
  const round = half ?? Math.fround;
  // What is infinite or no number is meant to be.
  const fits = (value: number) => !Number.isFinite(value) || Number.isFinite(round(value));
  return [fits, `floats of ${half === undefined ? 32 : 16} bits, none of them as large`];
}
