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

/**
 * PEs of a class where a mapping has so many in all: a user may give other PEs than the file, but not of several
 * classes.
 */
export function pesOfClass(
  classes: readonly CrossbarClass[],
  { pes = 0 }: CrossbarClass,
  totalPes: number,
): number {
  return classes.length === 1 ? totalPes : pes;
}
