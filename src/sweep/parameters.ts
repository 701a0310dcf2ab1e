import * as v from 'valibot';
import { architectureFields } from '../architecture/architecture-fields.ts';
import { chipFields } from '../architecture/chip.ts';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { count, expected } from '../input/validate.ts';
import { formatGranularity, parseGranularity } from '../workload/granularity.ts';

const wholeMessage = expected('a whole number from 0 on');
const whole = v.pipe(v.number(wholeMessage), v.safeInteger(wholeMessage), v.minValue(0, wholeMessage));
const boolean = v.boolean(expected('true or false'));
const textMessage = expected('text');
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage));

const granularityMessage = expected('pixel, row or HxW such as 4x4');
const granularity = v.pipe(
  v.string(granularityMessage),
  v.check(isGranularity, granularityMessage),
  v.transform((value) => formatGranularity(parseGranularity(value))),
);

function isGranularity(value: string): boolean {
  try {
    parseGranularity(value);
    return true;
  } catch (error) {
    if (error instanceof ClsaCimError) return false;
    throw error;
  }
}

/**
 * How a point is scheduled or simulated: the names of the command line's options in camelCase, with their
 * defaults. A new one is one more line at the end, with null where it is not given, and its use in point-runner.ts.
 */
const runFields = {
  pes: v.optional(v.nullable(count(2 ** 40)), null),
  extraPes: v.optional(v.nullable(whole), null),
  /** A policy of ours or of the user's module, or a file of copies. */
  duplication: v.optional(text, 'greedy'),
  granularity: v.optional(granularity, 'pixel'),
  scheduling: v.optional(v.picklist(['xinf', 'lbl'], expected('xinf or lbl')), 'xinf'),
  /** Whether movement, shared resources and buffers are simulated, or the schedule is all. */
  simulated: v.optional(boolean, false),
  batch: v.optional(count(2 ** 20), 1),
  /** A placement by name, or a file with a list of tiles. */
  placement: v.optional(text, 'snake'),
  group: v.optional(v.nullable(count(2 ** 20)), null),
  reload: v.optional(v.nullable(v.picklist(['rolling', 'barrier'], expected('rolling or barrier'))), null),
  /** `auto`, `fewest` or a file of layers; null: only where the network does not fit. */
  rounds: v.optional(v.nullable(text), null),
};

/** Run parameters whose values may be the names of files. */
export const FILE_PARAMETERS: readonly string[] = [
  'duplication',
  'placement',
  'rounds',
] satisfies (keyof typeof runFields)[];

/** The run parameters of a point; those that it does not give have their default. */
export const runSchema = v.object(runFields);

/** What a model is loaded with: `dim.NAME` for any NAME, and these. */
const loadFields = { allowUnknown: boolean, batchAxis: boolean };
const dimension = count(2 ** 31 - 1);

/** Prefix of the sizes of a model's open dimensions, and of the fields of `chip`. */
export const DIM = 'dim.';
export const CHIP = 'chip.';

/** Fields of an architecture that are no parameters: words, what is no single value, and `pes`, which is an option. */
const FIXED_FIELDS = ['name', 'description', 'source', 'pes', 'chip', 'links'];

/** What every object of JavaScript has, or may not have: no dimension is called so. */
const RESERVED = ['__proto__', 'constructor', 'prototype'];

type Field = v.GenericSchema;

/** All parameters but `dim.NAME`. */
const parameters: ReadonlyMap<string, Omit<Parameter, 'name'>> = new Map<string, Omit<Parameter, 'name'>>([
  ...Object.entries(runFields).map(
    ([name, { wrapped }]) => [name, { schema: wrapped, part: 'run' }] as const,
  ),
  ...Object.entries(loadFields).map(([name, schema]) => [name, { schema, part: 'load' }] as const),
  ...fieldsOf(architectureFields, ''),
  ...fieldsOf(chipFields, CHIP),
]);

function fieldsOf(fields: Readonly<Record<string, Field>>, prefix: string) {
  return Object.entries(fields)
    .filter(([name]) => !FIXED_FIELDS.includes(name))
    .map(([name, field]) => {
      // What may be left out may be null: free, unlimited, as the field's doc says.
      const schema = isOptional(field) ? v.nullable(field.wrapped) : field;
      return [prefix + name, { schema, part: 'architecture' }] as const;
    });
}

function isOptional(field: Field): field is v.ExactOptionalSchema<Field, undefined> {
  return field.type === 'exact_optional';
}

/** Something that a sweep may vary. */
export interface Parameter {
  readonly name: string;
  /** What its values have to be; it also puts them into one form. */
  readonly schema: v.GenericSchema;
  /** `load`: the model is loaded with it; `architecture`: a field of it; `run`: how it is scheduled. */
  readonly part: 'load' | 'architecture' | 'run';
}

/**
 * The parameter of this name.
 *
 * @param where Place in the spec, for messages.
 * @throws ClsaCimError with the nearest name where there is none.
 */
export function findParameter(name: string, where: string): Parameter {
  if (name.startsWith(DIM) && name.length > DIM.length && !RESERVED.includes(name.slice(DIM.length)))
    return { name, schema: dimension, part: 'load' };
  const parameter = parameters.get(name);
  if (parameter !== undefined) return { name, ...parameter };
  throw unknownName(`${where}: no parameter is called`, name, [...parameters.keys()]);
}

/** Type of a parameter's column, the same whatever values a spec gives. */
export function parameterType({ schema }: Parameter): 'text' | 'integer' | 'number' | 'boolean' {
  if (v.is(schema, true)) return 'boolean';
  if (v.is(schema, 1.5)) return 'number';
  return v.is(schema, 2) ? 'integer' : 'text';
}

/** True for the name of a parameter that is a field of the architecture or its `chip`. */
export function isArchitectureField(name: string): boolean {
  return parameters.get(name)?.part === 'architecture';
}

/** True for the name of a parameter that a model is loaded with. */
export function isLoadParameter(name: string): boolean {
  return name.startsWith(DIM) || parameters.get(name)?.part === 'load';
}
