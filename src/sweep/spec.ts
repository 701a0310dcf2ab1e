import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { show } from '../input/show.ts';
import { expected, fields, isMapping, validate } from '../input/validate.ts';
import { axisValues } from './axes.ts';
import { isMetric, metricNames } from './columns.ts';
import type { Axis } from './grid.ts';
import { findParameter, type Parameter } from './parameters.ts';
import { isValue, type Value } from './point.ts';

const textMessage = expected('text of at least one character');
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage));
const namesMessage = expected('a name, or a list of at least one');
const names = v.union(
  [
    v.pipe(
      text,
      v.transform((name) => [name]),
    ),
    v.pipe(v.array(text), v.minLength(1, namesMessage)),
  ],
  namesMessage,
);
// Not a record of valibot, which passes over keys such as constructor: they are no parameters, and that is said.
const block = v.custom<Readonly<Record<string, unknown>>>(
  isMapping,
  expected('a mapping from parameters to values'),
);
const blocks = v.union(
  [
    v.array(block),
    v.pipe(
      block,
      v.transform((one) => [one]),
    ),
  ],
  expected('a mapping from parameters to lists, or a list of such mappings'),
);
const pareto = v.pipe(
  v.array(text, expected('a list of two or three metrics')),
  v.minLength(2, 'needs two or three metrics'),
  v.maxLength(3, 'needs two or three metrics'),
);

const specSchema = fields({
  /** Names of the zoo or model files. */
  models: names,
  /** Presets or architecture files. */
  architectures: v.optional(names, ['paper']),
  /** For every parameter its values; every combination is a point. */
  product: v.optional(block, {}),
  /** Blocks of parameters whose lists advance together. */
  zip: v.optional(blocks, []),
  /** Keeps only the points for which it holds. */
  where: v.exactOptional(text),
  /** Metrics of the Pareto front; left out, time and PEs or cells. */
  pareto: v.exactOptional(pareto),
  /** A module whose exports are duplication policies. */
  policies: v.exactOptional(text),
});

/** A sweep as its YAML file describes it (docs/sweep.md). */
export type SweepSpec = v.InferInput<typeof specSchema>;

/** A sweep that is known to make sense as far as that can be told without its models. */
export interface CheckedSpec {
  readonly models: readonly string[];
  readonly architectures: readonly string[];
  /** Of `product`, then the blocks of `zip`, as written. */
  readonly axes: readonly Axis[];
  readonly parameters: readonly Parameter[];
  readonly where?: string;
  readonly pareto?: readonly string[];
  readonly policies?: string;
}

/**
 * Checks a sweep: names, values, ranges.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line with the place of the first mistake.
 */
export function checkSpec(input: unknown, where: string): CheckedSpec {
  const spec = validate(specSchema, input, where);
  refuseTwice(spec.models, `${where}: models`);
  refuseTwice(spec.architectures, `${where}: architectures`);
  if (spec.pareto !== undefined) checkMetrics(spec.pareto, `${where}: pareto`);
  const parameters: Parameter[] = [];
  const axis = (entries: Readonly<Record<string, unknown>>, place: string): Axis => {
    const own = Object.keys(entries).map((name) => findParameter(name, `${where}: ${place}`));
    const columns = own.map((parameter) => values(parameter, entries[parameter.name], `${where}: ${place}`));
    parameters.push(...own);
    return {
      names: own.map(({ name }) => name),
      rows: columns[0]!.map((_, i) => columns.map((list) => list[i]!)),
    };
  };
  const axes = [
    ...Object.entries(spec.product).map(([name, input]) => axis({ [name]: input }, 'product')),
    ...spec.zip.map((entries, i) => {
      const place = spec.zip.length === 1 ? 'zip' : `zip.${i}`;
      checkLengths(entries, `${where}: ${place}`);
      return axis(entries, place);
    }),
  ];
  for (const { names, rows } of axes) {
    const points = rows.map((row) => (row.length === 1 ? row[0]! : row.join(', ')));
    refuseTwice(points, `${where}: ${names.join(' and ')}`);
  }
  refuseTwice(
    parameters.map(({ name }) => name),
    `${where}: product and zip`,
  );
  const { models, architectures, pareto } = spec;
  return {
    ...{ models, architectures, axes, parameters },
    ...(pareto === undefined ? {} : { pareto }),
    ...(spec.where === undefined ? {} : { where: spec.where }),
    ...(spec.policies === undefined ? {} : { policies: spec.policies }),
  };
}

/** The values of one parameter, each as its schema wants it. */
function values({ name, schema }: Parameter, input: unknown, where: string) {
  return axisValues(input, `${where}.${name}`).map((value, i) => {
    const checked = v.safeParse(schema, value);
    if (checked.success) return checkedValue(checked.output);
    const place = Array.isArray(input) ? `.${i}` : '';
    return checkedValue(validate(schema, value, `${where}.${name}${place}`));
  });
}

/** Schemas of parameters are of single values; this tells the type system. */
function checkedValue(value: unknown): Value {
  if (isValue(value)) return value;
  throw new Error(`a parameter has the value ${show(value)}`);
}

function checkLengths(entries: Readonly<Record<string, unknown>>, where: string): void {
  const lengths = Object.entries(entries).map(
    ([name, input]) => [name, axisValues(input, `${where}.${name}`).length] as const,
  );
  const [first] = lengths;
  if (first === undefined)
    throw new ClsaCimError(`${where}: is empty; name parameters and their values, or remove it`);
  const other = lengths.find(([, length]) => length !== first[1]);
  if (other === undefined) return;
  throw new ClsaCimError(
    `${where}: ${first[0]} has ${first[1]} values and ${other[0]} has ${other[1]}; give lists of the same length`,
  );
}

function refuseTwice(names: readonly Value[], where: string): void {
  if (isRising(names)) return;
  const seen = new Set<Value>();
  for (const name of names) {
    if (seen.has(name)) throw new ClsaCimError(`${where}: ${show(name)} is given twice; keep one`);
    seen.add(name);
  }
}

/** True for numbers that rise, as those of a long range do: it saves a set of all of them. */
function isRising(values: readonly Value[]): boolean {
  return values.every((value, i) => typeof value === 'number' && (i === 0 || value > Number(values[i - 1])));
}

/** @throws ClsaCimError for what is no metric. */
export function checkMetrics(metrics: readonly string[], where: string): void {
  refuseTwice(metrics, where);
  const unknown = metrics.find((name) => !isMetric(name));
  if (unknown === undefined) return;
  throw unknownName(`${where}: no metric is called`, unknown, metricNames);
}
