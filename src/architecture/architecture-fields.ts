import * as v from 'valibot';
import { count, expected } from '../input/validate.ts';
import { arithmeticFields } from './arithmetic-fields.ts';
import { chipSchema } from './chip.ts';
import { crossbarSchema, crossbarSide } from './crossbar-fields.ts';
import { field, figure, MAX_PES, name, optional, timeNs, writeTimeNs } from './field.ts';

/** Sizes of crossbars on one chip; more are a mistake. */
const MAX_CLASSES = 16;

const MAX_BITS = 64;
const MAX_TEXT = 2000;
/** More than any memory outlives. */
const MAX_WRITES = 1e18;

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
const enduranceMessage = expected(`a number of writes from 1 to ${MAX_WRITES}`);
const endurance = v.pipe(
  v.number(enduranceMessage),
  v.minValue(1, enduranceMessage),
  v.maxValue(MAX_WRITES, enduranceMessage),
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
  ...arithmeticFields,
  mvmLatencyNs: optional('Time of one MVM; give this or readLatencyNs.', latencyNs),
  readLatencyNs: optional('Time of one read; give this or mvmLatencyNs.', latencyNs),
  mvmIntervalNs: optional(
    'Time between the starts of two MVMs of a PE; left out, the time of one MVM.',
    latencyNs,
  ),
  peWriteNs: optional('Time to write the weights of one PE; give this or rowWriteNs.', writeTimeNs),
  rowWriteNs: optional('Time to write one row of a crossbar; give this or peWriteNs.', writeTimeNs),
  parallelWrites: optional('PEs of the chip that are written at a time; left out, all.', count(MAX_PES)),
  peWriteEnergyPj: optional('pJ to write the weights of one PE.', figure),
  enduranceWrites: optional('Writes that a cell outlives.', endurance),
  pes: optional('Number of PEs; left out, every network gets what it needs.', count(MAX_PES)),
  chip: optional(
    'What a simulation needs besides; a figure that is left out is free or unlimited.',
    chipSchema,
  ),
};
