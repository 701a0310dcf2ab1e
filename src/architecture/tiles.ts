import { pesByClass } from './crossbar.ts';
import { type AnyArchitecture, normalArchitecture } from './normal-architecture.ts';

/**
 * Tiles of a chip with so many PEs (docs/simulation.md section 2): those of its mesh; with a table of links those that
 * it names, and at least as many as the PEs of each class of crossbars take; otherwise one.
 */
export function tileCount(architecture: AnyArchitecture, totalPes: number): number {
  const { chip, crossbars } = normalArchitecture(architecture);
  const { tiles } = chip;
  if (tiles.kind === 'one') return 1;
  if (tiles.kind === 'mesh') return tiles.rows * tiles.columns;
  const pes = pesByClass(crossbars, totalPes);
  const taken = crossbars.classes.map(({ pesPerTile }, k) => Math.ceil(pes[k]! / (pesPerTile ?? pes[k]!)));
  return tiles.links
    .map(([from, to]) => Math.max(from, to) + 1)
    .concat(taken)
    .reduce((most, count) => Math.max(most, count));
}
