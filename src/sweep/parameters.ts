import * as v from 'valibot';
import { architectureFields } from '../architecture/architecture-fields.ts';
import { chipFields } from '../architecture/chip.ts';
import { docOf, field, isOptional } from '../architecture/field.ts';
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

/** A parameter with its doc, which the reference prints, and its default. */
function run<const Schema extends v.GenericSchema, const Default extends v.InferInput<Schema>>(
  doc: string,
  schema: Schema,
  initial: Default,
) {
  return v.optional(field(doc, schema), initial);
}

/**
 * How a point is scheduled or simulated: the names of the command line's options in camelCase, with their
 * defaults. A new one is one more line at the end, with null where it is not given, and its use in point-runner.ts.
 */
const runFields = {
  pes: run('PEs of the chip, instead of the architecture’s.', v.nullable(count(2 ** 40)), null),
  extraPes: run('PEs beyond the minimum of the network.', v.nullable(whole), null),
  duplication: run(
    'Who gets copies: a policy, one of the module `policies`, or a file; null: greedy, and of simulated points on chips with tiles tried.',
    v.nullable(text),
    null,
  ),
  granularity: run('Sets: pixel, row or HxW.', granularity, 'pixel'),
  scheduling: run(
    'Across layers or layer by layer.',
    v.picklist(['xinf', 'lbl'], expected('xinf or lbl')),
    'xinf',
  ),
  simulated: run(
    'Whether movement, shared resources and buffers are simulated, or the schedule is all.',
    boolean,
    false,
  ),
  batch: run('Inferences one after the other.', count(2 ** 20), 1),
  placement: run(
    'Of simulated points, where copies lie: a name, or a file with a list of tiles.',
    text,
    'snake',
  ),
  group: run(
    'Inferences that go through all rounds together; null: the batch.',
    v.nullable(count(2 ** 20)),
    null,
  ),
  reload: run(
    'How weights in turns are written: rolling or barrier; null: rolling.',
    v.nullable(v.picklist(['rolling', 'barrier'], expected('rolling or barrier'))),
    null,
  ),
  rounds: run(
    'Which rounds: auto, fewest or a file; null: auto, only where the network does not fit.',
    v.nullable(text),
    null,
  ),
  spill: run(
    'Of simulated points, when what finds no room in a buffer goes off the chip: needed (where it would come to no end otherwise), always or never.',
    v.picklist(['needed', 'always', 'never'], expected('needed, always or never')),
    'needed',
  ),
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
const loadFields = {
  allowUnknown: field('An unknown operator works position by position.', boolean),
  batchAxis: field('Axis 0 of an input of rank 2 is a batch.', boolean),
};
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
    .map(([name, given]) => {
      // What may be left out may be null: free, unlimited, as the field's doc says.
      const schema = isOptional(given) ? field(docOf(given), v.nullable(given.wrapped)) : given;
      return [prefix + name, { schema, part: 'architecture' }] as const;
    });
}

/** What is told of a parameter. */
interface Told {
  readonly name: string;
  readonly doc: string;
  /** What it is where a spec does not give it; undefined where that is not the sweep's to say. */
  readonly initial: unknown;
  readonly part: Parameter['part'];
}

/** All parameters but `dim.NAME`, for the reference. */
export function describeParameters(): Told[] {
  const initials = new Map<string, unknown>(
    Object.entries(runFields).map(([name, schema]) => [name, schema.default]),
  );
  return [...parameters].map(([name, { schema, part }]) => {
    return { name, doc: docOf(schema), initial: initials.get(name), part };
  });
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
