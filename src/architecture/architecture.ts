import * as v from 'valibot';
import { count, expected, fields } from '../input/validate.ts';
import { chipSchema } from './chip.ts';
import { field, optional } from './field.ts';

const MAX_CROSSBAR_SIDE = 2 ** 20;
const MAX_BITS = 64;
const MAX_PES = 2 ** 31 - 1;
/** One second: no crossbar is slower. */
const MAX_LATENCY_NS = 1e9;
const MAX_TEXT = 2000;

const latencyMessage = expected(`a number of nanoseconds above 0, at most ${MAX_LATENCY_NS}`);
const latencyNs = v.pipe(
  v.number(latencyMessage),
  v.gtValue(0, latencyMessage),
  v.maxValue(MAX_LATENCY_NS, latencyMessage),
);

const textMessage = expected(`text of 1 to ${MAX_TEXT} characters`);
const text = v.pipe(v.string(textMessage), v.minLength(1, textMessage), v.maxLength(MAX_TEXT, textMessage));

const nameMessage = expected('a name of 1 to 100 characters on one line');
const name = v.pipe(
  v.string(nameMessage),
  v.regex(/^(?=\S)[^\p{Cc}\u2028\u2029]{1,100}(?<=\S)$/u, nameMessage),
);

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
  crossbarRows: field('Rows of the crossbar of one PE: inputs of one MVM.', count(MAX_CROSSBAR_SIDE)),
  crossbarColumns: field('Columns of the crossbar of one PE.', count(MAX_CROSSBAR_SIDE)),
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

/** The schema of an architecture file. */
export const architectureSchema = v.pipe(
  fields(architectureFields),
  v.check(
    ({ mvmLatencyNs, readLatencyNs }) => (mvmLatencyNs === undefined) !== (readLatencyNs === undefined),
    'give the time of one MVM, either as mvmLatencyNs or as readLatencyNs, not both',
  ),
);

/**
 * A chip of identical PEs: the crossbar of one PE, how weights and inputs are cut into bits, and the time
 * of one MVM (spec.md section 3). Lengths in rows, columns and bits, times in nanoseconds; the docs of the
 * fields are in {@link architectureFields}.
 */
export type Architecture = Readonly<v.InferOutput<typeof architectureSchema>>;

/** Crossbar columns that hold one weight: `w` of spec.md section 3. */
export function columnsPerWeight(architecture: Architecture): number {
  const slices = Math.ceil(architecture.weightBits / architecture.cellBits);
  return architecture.differentialPairs ? 2 * slices : slices;
}

/** Time of one MVM, which is one cycle of a schedule, in nanoseconds. */
export function mvmLatencyNs(architecture: Architecture): number {
  const reads = Math.ceil(architecture.activationBits / architecture.dacBits);
  // The schema sees to it that exactly one of the two is there.
  return architecture.mvmLatencyNs ?? reads * architecture.readLatencyNs!;
}

/** Clock cycles of one MVM: `ceil(mvmLatencyNs / clockNs)`, 1 where no clock is given (docs/simulation.md section 1). */
export function mvmCycles(architecture: Architecture): number {
  const clockNs = architecture.chip?.clockNs;
  if (clockNs === undefined) return 1;
  const cycles = mvmLatencyNs(architecture) / clockNs;
  // 1.1 ns are 11 cycles of 0.1 ns, whatever a division of floating point numbers says.
  const nearest = Math.round(cycles);
  return Math.abs(cycles - nearest) <= cycles * 1e-12 && nearest > 0 ? nearest : Math.ceil(cycles);
}

/** Time of one clock cycle in nanoseconds; the time of one MVM where no clock is given. */
export function clockNs(architecture: Architecture): number {
  return architecture.chip?.clockNs ?? mvmLatencyNs(architecture);
}
