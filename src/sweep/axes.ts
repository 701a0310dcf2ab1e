import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import { expected, fields, validate } from '../input/validate.ts';
import { isValue, type Value } from './point.ts';

/** More values than this on one axis are a mistake. */
const MAX_VALUES = 2 ** 20;

const numberMessage = expected('a number');
const number = v.pipe(v.number(numberMessage), v.finite(numberMessage));
const rangeSchema = v.pipe(
  fields({
    from: number,
    to: number,
    step: v.exactOptional(v.pipe(number, v.gtValue(0, expected('a number above 0')))),
    factor: v.exactOptional(v.pipe(number, v.gtValue(1, expected('a number above 1')))),
  }),
  v.check(
    ({ step, factor }) => (step === undefined) !== (factor === undefined),
    'a range needs either step or factor',
  ),
  v.check(({ from, factor }) => factor === undefined || from > 0, 'a range with a factor starts above 0'),
  v.check(({ from, to }) => from <= to, 'a range has from <= to'),
);
type Range = v.InferOutput<typeof rangeSchema>;

/**
 * The values that a spec gives for a parameter: a list, one value, or a range `{from, to, step}` or
 * `{from, to, factor}`, `to` included where the range meets it. Decimal numbers are exact: 0.1, 0.2, 0.3.
 *
 * @param where Place in the spec, for messages.
 * @throws ClsaCimError where it is none of these, empty or too long.
 */
export function axisValues(input: unknown, where: string): readonly Value[] {
  if (Array.isArray(input)) return listValues(input, where);
  if (isValue(input)) return [input];
  return rangeValues(validate(rangeSchema, input, where), where);
}

function listValues(list: readonly unknown[], where: string): Value[] {
  if (list.length === 0) throw new ClsaCimError(`${where}: the list is empty; give at least one value`);
  if (list.length > MAX_VALUES) throw tooMany(where);
  return list.map((value, i) => {
    if (isValue(value)) return value;
    throw new ClsaCimError(
      `${where}.${i}: must be a number, text, true, false or null, found ${show(value)}`,
    );
  });
}

function rangeValues({ from, to, step, factor }: Range, where: string): number[] {
  const values: number[] = [];
  // Counted in units of the last decimal place, so that steps do not add up errors.
  const scale = 10 ** Math.max(decimals(from), decimals(step ?? 1));
  const limit = to + Math.abs(to) * 1e-12;
  for (let i = 0; ; i++) {
    const value =
      step === undefined
        ? Number((from * factor! ** i).toPrecision(15))
        : (Math.round(from * scale) + i * Math.round(step * scale)) / scale;
    if (value > limit) return values;
    if (values.length === MAX_VALUES) throw tooMany(where);
    values.push(value);
  }
}

/** Decimal places of a number as it is written. */
function decimals(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

function tooMany(where: string): ClsaCimError {
  return new ClsaCimError(`${where}: more than ${MAX_VALUES} values; give fewer`, 'input', {
    code: 'TOO_LARGE',
  });
}
