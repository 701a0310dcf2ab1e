import type { Architecture } from './architecture.ts';
import { crossbarClasses, pesOfClass } from './crossbar.ts';

/**
 * Tiles of a chip with so many PEs (docs/simulation.md section 2): those of its mesh; with a table of links those that
 * it names, and at least as many as the PEs of each class of crossbars take; otherwise one.
 */
export function tileCount(architecture: Architecture, totalPes: number): number {
  const { links, meshRows = 1, meshColumns = 1 } = architecture.chip ?? {};
  if (links === undefined) return meshRows * meshColumns;
  const classes = crossbarClasses(architecture);
  const taken = classes.map((crossbar) => {
    const pes = pesOfClass(classes, crossbar, totalPes);
    return Math.ceil(pes / (crossbar.pesPerTile ?? pes));
  });
  return links
    .map(([from, to]) => Math.max(from, to) + 1)
    .concat(taken)
    .reduce((most, tiles) => Math.max(most, tiles));
}
