import * as v from 'valibot';
import { count, fields } from '../input/validate.ts';
import type { Architecture } from './architecture.ts';
import {
  type CrossbarFigures,
  crossbarFigures,
  hasOneKindOfMvmEnergy,
  MIXED_MVM_ENERGY,
  withFiguresOf,
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

/** The schema of one entry of `crossbars`. */
export const crossbarSchema = v.pipe(
  fields(crossbarFields),
  v.forward(
    v.check((figures) => hasOneKindOfMvmEnergy(figures), MIXED_MVM_ENERGY),
    ['mvmEnergyPj'],
  ),
);

/** Crossbars of one size on a chip, one for each PE, and the figures of such a PE. */
export interface CrossbarClass extends CrossbarFigures {
  readonly name: string;
  readonly crossbarRows: number;
  readonly crossbarColumns: number;
  /** PEs of the chip with such a crossbar; open only where the architecture leaves its number of PEs open. */
  readonly pes?: number;
  /** Of these, PEs of one tile; where there is no mesh and no links one tile has all of them. */
  readonly pesPerTile?: number;
}

/**
 * The crossbars of a chip, a class for each size, in the order of the file. A chip whose crossbars are all alike has
 * one class, called `crossbar`. Figures that a class does not give are those of the chip.
 */
export function crossbarClasses(architecture: Architecture): readonly CrossbarClass[] {
  const { crossbars, crossbarRows, crossbarColumns, pes, chip = {} } = architecture;
  if (crossbars !== undefined) return crossbars.map((own) => ({ ...own, ...withFiguresOf(chip, own) }));
  const { pesPerTile } = chip;
  return [
    {
      name: 'crossbar',
      // The schema sees to it that both are there where there are no classes.
      crossbarRows: crossbarRows!,
      crossbarColumns: crossbarColumns!,
      ...(pes === undefined ? {} : { pes }),
      ...(pesPerTile === undefined ? {} : { pesPerTile }),
      ...withFiguresOf(chip, {}),
    },
  ];
}
