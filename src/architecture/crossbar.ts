import type { Architecture } from './architecture.ts';
import { type CrossbarFigures, withFiguresOf } from './crossbar-figures.ts';

/** Crossbars of one size on a chip, one for each PE, and the figures of such a PE. */
export interface CrossbarClass extends CrossbarFigures {
  /** What reports call these crossbars. */
  readonly name: string;
  /** Rows of one: inputs of one MVM. */
  readonly crossbarRows: number;
  /** Columns of one. */
  readonly crossbarColumns: number;
  /** PEs of the chip with such a crossbar; open only where the architecture leaves its number of PEs open. */
  readonly pes?: number;
  /** Of these, PEs of one tile; where there is no mesh and no links one tile has all of them. */
  readonly pesPerTile?: number;
}

/** A class of crossbars with a number of PEs that is given. */
export interface CountedCrossbarClass extends CrossbarClass {
  /** PEs of the chip with such a crossbar. */
  readonly pes: number;
}

/**
 * The crossbars of a chip, a class for each size: `alike`, where all are of one size and a mapping may have another
 * number of PEs than the architecture, or `listed` by size in the order of the file, each with its PEs.
 */
export type Crossbars =
  | { readonly kind: 'alike'; readonly classes: readonly [CrossbarClass] }
  | { readonly kind: 'listed'; readonly classes: readonly CountedCrossbarClass[] };

/** Both kinds of crossbars as classes. Figures that a class does not give are those of the chip. */
export function normalCrossbars(architecture: Architecture): Crossbars {
  const { chip = {} } = architecture;
  if (architecture.crossbars !== undefined) {
    const classes = architecture.crossbars.map((own) => ({ ...own, ...withFiguresOf(chip, own) }));
    return { kind: 'listed', classes };
  }
  const { crossbarRows, crossbarColumns, pes } = architecture;
  const { pesPerTile } = chip;
  const only: CrossbarClass = {
    ...{ name: 'crossbar', crossbarRows, crossbarColumns },
    ...(pes === undefined ? {} : { pes }),
    ...(pesPerTile === undefined ? {} : { pesPerTile }),
    ...withFiguresOf(chip, {}),
  };
  return { kind: 'alike', classes: [only] };
}

/** PEs of every class where a mapping has so many in all, which may be others than those of the architecture. */
export function pesByClass(crossbars: Crossbars, totalPes: number): readonly number[] {
  return crossbars.kind === 'alike' ? [totalPes] : crossbars.classes.map(({ pes }) => pes);
}
