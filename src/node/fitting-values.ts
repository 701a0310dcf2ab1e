import { ClsaCimError } from '../errors.ts';
import { isInteger, rangeOf, rangeOfFloats } from '../execute/data-types.ts';
import { show } from '../input/show.ts';
import type { ProgramInput } from '../load/program.ts';

/**
 * Values are those of the type of an input: what is cut, wrapped or becomes infinite would be another input. Floats may be infinite, or
 * no number, where they are given so.
 *
 * @throws ClsaCimError that names the input and the first value that does not fit.
 */
export function checkValues(
  { name, dataType }: Pick<ProgramInput, 'name' | 'dataType'>,
  values: ArrayLike<unknown>,
  kind: 'input' | 'usage' = 'input',
): void {
  const isOfIntegers = isInteger(dataType);
  const [low, high] = isOfIntegers ? rangeOf(dataType) : rangeOfFloats(dataType);
  const fits = (value: unknown) =>
    typeof value === 'number' &&
    (isOfIntegers
      ? Number.isInteger(value) && value >= low && value <= high
      : !Number.isFinite(value) || (value >= low && value <= high));
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (fits(value)) continue;
    throw new ClsaCimError(
      `the value ${typeof value === 'number' ? value : show(value)} does not fit input ${show(name)}, which has ${isOfIntegers ? 'integers' : 'floats'} from ${low} to ${high}`,
      kind,
    );
  }
}
