import * as v from 'valibot';
import { count, fields, rule } from '../input/validate.ts';
import {
  crossbarFigures,
  MVM_ENERGY_FIELDS,
  type MvmEnergyField,
  mvmEnergyFault,
} from './crossbar-figures.ts';
import { field, MAX_PES, MAX_PES_PER_TILE, name, optional } from './field.ts';

const MAX_CROSSBAR_SIDE = 2 ** 20;

/** Rows and columns of a crossbar. */
export const crossbarSide = count(MAX_CROSSBAR_SIDE);

/** The fields of one entry of `crossbars`. A new one is one more line here. */
export const crossbarFields = {
  name: field('What reports call these crossbars.', name),
  crossbarRows: field('Rows of one: inputs of one MVM.', crossbarSide),
  crossbarColumns: field('Columns of one.', crossbarSide),
  pes: field('PEs of the chip that have such a crossbar.', count(MAX_PES)),
  pesPerTile: optional(
    'PEs of one tile; needed with a mesh or links, of no meaning without.',
    count(MAX_PES_PER_TILE),
  ),
  ...crossbarFigures,
};

const allFields = fields(crossbarFields);

/** The schema of one entry of `crossbars`. */
export const crossbarSchema = v.pipe(
  allFields,
  rule<v.InferOutput<typeof allFields>, MvmEnergyField>(MVM_ENERGY_FIELDS, mvmEnergyFault, 'mvmEnergyPj'),
);
