import * as v from 'valibot';
import { expected, fields, validate } from './validate.ts';

/** A schema for every option of `Options`. */
export type OptionSchemas<Options> = {
  readonly [Name in keyof Options & string]-?: v.GenericSchema;
};

/**
 * The options of a schedule or simulation. One object may go through all its steps, so that a step passes over
 * those of the others.
 */
export const STEP_OPTIONS = [
  'pes',
  'extraPes',
  'duplication',
  'granularity',
  'scheduling',
  'keepSets',
  'keepPlacement',
  'keepCriticalPath',
  'keepUse',
  'batch',
  'group',
  'reload',
  'rounds',
  'placement',
  'spill',
  'onProgress',
] as const;

/**
 * The check of the options of a public function, where they come in: exactly those that have a schema here, each of
 * which may be left out or be undefined. What is typed in code is checked all the same, since callers may not be.
 *
 * @param of Name of the function, for messages.
 * @param passedOver Options that it may be given and that are of no use to it.
 * @returns A function that gives the options back, or throws a ClsaCimError of kind `usage`, one line that names the
 * option, what was found and what is allowed; an unknown option comes with the nearest known one.
 */
export function optionsOf<Options extends object>(
  of: string,
  schemas: OptionSchemas<Options>,
  passedOver: readonly string[] = [],
): (given: Options) => Options {
  const others = passedOver.map((name) => [name, v.optional(checkedLater)] as const);
  const entries = Object.entries<v.GenericSchema>(schemas).map(([name, schema]) => [
    name,
    v.optional(schema),
  ]);
  const schema = fields<v.ObjectEntries>(Object.fromEntries([...others, ...entries]), 'option');
  return (given) => {
    validate(schema, given, of, 'usage');
    return given;
  };
}

/** An option that whoever uses it checks, since more than its type has to be right. */
export const checkedLater = v.unknown();

/** True or false. */
export const flag = v.boolean(expected('true or false'));

const wholeMessage = expected('a whole number');

/** A whole number of either sign. */
export const aWholeNumber = v.pipe(v.number(wholeMessage), v.safeInteger(wholeMessage));

/** One of these words. */
export function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, expected(names.join(' or ')));
}

/** A function, called as the option says. */
export const aFunction = v.function(expected('a function'));
