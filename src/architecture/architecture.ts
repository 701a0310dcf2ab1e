import * as v from 'valibot';
import { show } from '../input/show.ts';
import { count, expected, fields, rule } from '../input/validate.ts';
import { chipSchema, hasTiles } from './chip.ts';
import { crossbarSchema, crossbarSide } from './crossbar-fields.ts';
import { field, MAX_PES, name, optional, timeNs } from './field.ts';

/** Sizes of crossbars on one chip; more are a mistake. */
const MAX_CLASSES = 16;

const MAX_BITS = 64;
const MAX_TEXT = 2000;

const textMessage = expected(`text of 1 to ${MAX_TEXT} characters`);
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage), v.maxLength(MAX_TEXT, textMessage));

const crossbarsMessage = expected(
  'a list of crossbars, each with name, crossbarRows, crossbarColumns and pes',
);
const crossbars = v.pipe(
  v.array(crossbarSchema, crossbarsMessage),
  v.minLength(1, crossbarsMessage),
  v.maxLength(MAX_CLASSES, `has more than ${MAX_CLASSES} sizes of crossbars; give fewer`),
);

const latencyNs = timeNs('a number of nanoseconds');
const bits = count(MAX_BITS);
const boolean = v.boolean(expected('true or false'));

/**
 * The fields of an architecture file, in the order they are printed. A new field is one more line here;
 * `optional` makes it one that may be left out.
 */
export const architectureFields = {
  name: field('What reports call the architecture.', name),
  description: optional('What it is, and what this description of it simplifies.', text),
  source: optional('Where the numbers are published.', text),
  crossbarRows: optional('Rows of the crossbar of one PE: inputs of one MVM.', crossbarSide),
  crossbarColumns: optional('Columns of the crossbar of one PE.', crossbarSide),
  crossbars: optional(
    'Crossbars of several sizes, instead of crossbarRows, crossbarColumns, pes and chip.pesPerTile.',
    crossbars,
  ),
  weightBits: field('Bits of one weight.', bits),
  cellBits: field('Bits of one cell; a weight takes ceil(weightBits / cellBits) columns.', bits),
  differentialPairs: field('Whether a weight is the difference of two cells: twice the columns.', boolean),
  activationBits: field('Bits of one input of an MVM.', bits),
  dacBits: field(
    'Input bits that one read applies; an MVM takes ceil(activationBits / dacBits) reads.',
    bits,
  ),
  mvmLatencyNs: optional('Time of one MVM; give this or readLatencyNs.', latencyNs),
  readLatencyNs: optional('Time of one read; give this or mvmLatencyNs.', latencyNs),
  pes: optional('Number of PEs; left out, every network gets what it needs.', count(MAX_PES)),
  chip: optional(
    'What a simulation needs besides; a figure that is left out is free or unlimited.',
    chipSchema,
  ),
};

const allFields = fields(architectureFields);
type Fields = v.InferOutput<typeof allFields>;

/** The first name that two classes have, if any. */
function nameGivenTwice(classes: readonly { readonly name: string }[] = []): string | undefined {
  return classes.find(({ name }, i) => classes.findIndex((other) => other.name === name) < i)?.name;
}

type OneSize = 'crossbars' | 'crossbarRows' | 'crossbarColumns' | 'pes';

/** What is wrong where crossbars of one size and of several are given. */
function bothKinds({ crossbars, crossbarRows, crossbarColumns, pes }: Pick<Fields, OneSize>) {
  const given = Object.entries({ crossbarRows, crossbarColumns, pes });
  const other = given.find(([, value]) => value !== undefined)?.[0];
  return crossbars === undefined || other === undefined ? undefined : oneSizeOnly(other);
}

function oneSizeOnly(field: string): string {
  return `${field} is given as well; it is for crossbars of one size, so remove it`;
}

/** What is wrong with the PEs of tiles, with the field at fault. */
function pesPerTileFault({ crossbars, chip }: Pick<Fields, 'crossbars' | 'chip'>): string | undefined {
  const missing = 'pesPerTile: is missing, and a mesh or links need it; add it';
  if (crossbars === undefined) {
    return hasTiles(chip) && chip?.pesPerTile === undefined ? `chip.${missing}` : undefined;
  }
  if (chip?.pesPerTile !== undefined) return `crossbars: ${oneSizeOnly('chip.pesPerTile')}`;
  const open = crossbars.findIndex(({ pesPerTile }) => pesPerTile === undefined);
  return hasTiles(chip) && open >= 0 ? `crossbars.${open}.${missing}` : undefined;
}

/** Clock cycles of one MVM are a 32-bit number. */
const MAX_MVM_CYCLES = 2 ** 31 - 1;

type Times = 'mvmLatencyNs' | 'readLatencyNs' | 'activationBits' | 'dacBits' | 'chip';

/** What is wrong with the clock, with the field at fault. */
function clockFault(architecture: Pick<Fields, Times>): string | undefined {
  if ((architecture.mvmLatencyNs === undefined) === (architecture.readLatencyNs === undefined))
    return undefined;
  const cycles = mvmCycles(architecture);
  if (cycles <= MAX_MVM_CYCLES) return undefined;
  return `chip.clockNs: an MVM takes ${cycles} clock cycles, more than ${MAX_MVM_CYCLES}; give a longer clock`;
}

/** The schema of an architecture file. */
export const architectureSchema = v.pipe(
  allFields,
  rule<Fields, 'mvmLatencyNs' | 'readLatencyNs'>(
    ['mvmLatencyNs', 'readLatencyNs'],
    ({ mvmLatencyNs, readLatencyNs }) =>
      (mvmLatencyNs === undefined) === (readLatencyNs === undefined)
        ? 'give the time of one MVM, either as mvmLatencyNs or as readLatencyNs, not both'
        : undefined,
  ),
  rule<Fields, 'crossbars' | 'crossbarRows'>(
    ['crossbars', 'crossbarRows'],
    ({ crossbars, crossbarRows }) =>
      crossbars === undefined && crossbarRows === undefined
        ? 'is missing; add it, or crossbars of several sizes'
        : undefined,
    'crossbarRows',
  ),
  rule<Fields, 'crossbars' | 'crossbarRows' | 'crossbarColumns'>(
    ['crossbars', 'crossbarRows', 'crossbarColumns'],
    ({ crossbars, crossbarRows, crossbarColumns }) =>
      crossbars === undefined && crossbarRows !== undefined && crossbarColumns === undefined
        ? 'is missing; add it'
        : undefined,
    'crossbarColumns',
  ),
  rule<Fields, OneSize>(['crossbars', 'crossbarRows', 'crossbarColumns', 'pes'], bothKinds, 'crossbars'),
  rule<Fields, 'crossbars'>(
    ['crossbars'],
    ({ crossbars }) => {
      const twice = nameGivenTwice(crossbars);
      return twice === undefined
        ? undefined
        : `the name ${show(twice)} is given twice; give every size its own`;
    },
    'crossbars',
  ),
  rule<Fields, 'crossbars' | 'chip'>(['crossbars', 'chip'], pesPerTileFault),
  rule<Fields, Times>(['mvmLatencyNs', 'readLatencyNs', 'activationBits', 'dacBits', 'chip'], clockFault),
);

/**
 * A chip: the crossbar of one PE, or several sizes of them (`crossbarClasses` gives both alike), how weights and inputs are cut into bits, and the time
 * of one MVM (spec.md section 3). Lengths in rows, columns and bits, times in nanoseconds; the docs of the
 * fields are in {@link architectureFields}.
 */
export type Architecture = Readonly<v.InferOutput<typeof architectureSchema>>;

/** Crossbar columns that hold one weight: `w` of spec.md section 3. */
export function columnsPerWeight(architecture: Architecture): number {
  const slices = Math.ceil(architecture.weightBits / architecture.cellBits);
  return architecture.differentialPairs ? 2 * slices : slices;
}

/** The fields that say how long an MVM takes. */
export type MvmTime = Pick<Architecture, 'mvmLatencyNs' | 'readLatencyNs' | 'activationBits' | 'dacBits'>;

/** Time of one MVM, which is one cycle of a schedule, in nanoseconds. */
export function mvmLatencyNs(architecture: MvmTime): number {
  const reads = Math.ceil(architecture.activationBits / architecture.dacBits);
  // The schema sees to it that exactly one of the two is there.
  return architecture.mvmLatencyNs ?? reads * architecture.readLatencyNs!;
}

/** Clock cycles of one MVM: `ceil(mvmLatencyNs / clockNs)`, 1 where no clock is given (docs/simulation.md section 1). */
export function mvmCycles(architecture: MvmTime & Pick<Architecture, 'chip'>): number {
  const clockNs = architecture.chip?.clockNs;
  if (clockNs === undefined) return 1;
  const cycles = mvmLatencyNs(architecture) / clockNs;
  // 1.1 ns are 11 cycles of 0.1 ns, whatever a division of floating point numbers says.
  const nearest = Math.round(cycles);
  if (nearest > 0 && Math.abs(cycles - nearest) <= cycles * 1e-12) return nearest;
  // However short it is, no MVM takes no time.
  return Math.max(1, Math.ceil(cycles));
}

/** Time of one clock cycle in nanoseconds; the time of one MVM where no clock is given. */
export function clockNs(architecture: MvmTime & Pick<Architecture, 'chip'>): number {
  return architecture.chip?.clockNs ?? mvmLatencyNs(architecture);
}
