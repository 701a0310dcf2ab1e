import type { NormalArchitecture } from '../../architecture/normal-architecture.ts';
import { tileCount } from '../../architecture/tiles.ts';
import { ClsaCimError } from '../../errors.ts';

/** The tiles of a chip and the links between them. */
export interface Topology {
  /** Tiles are numbered from 0; in a mesh row by row. */
  readonly tiles: number;
  /** Rows of a mesh; 1 for a table of links. */
  readonly meshRows: number;
  /** Columns of a mesh; all tiles for a table of links. */
  readonly meshColumns: number;
  /** Links by number, in the order of the tile that they leave and then of the one they go to. */
  readonly links: readonly (readonly [from: number, to: number])[];
  /**
   * Numbers of the links between two tiles in order; empty for a tile to itself. The routes from one tile make a
   * tree.
   *
   * @throws ClsaCimError where a table of links has no way.
   */
  route(from: number, to: number): readonly number[];
}

/**
 * The tiles and links of a chip (docs/simulation.md sections 2 and 6): one tile without a network if it says
 * nothing about it.
 *
 * @param pes PEs of the mapping. With a table of links they say how many tiles there are at least, or, where there are
 * crossbars of several sizes, the PEs of each of these do.
 */
export function topologyOf(architecture: NormalArchitecture, pes: number): Topology {
  const { tiles } = architecture.chip;
  if (tiles.kind === 'linked') return linkTable(tiles.links, tileCount(architecture, pes));
  return tiles.kind === 'mesh' ? mesh(tiles.rows, tiles.columns) : mesh(1, 1);
}

/** A mesh with links both ways between neighbours. Routes go along the row first, then along the column. */
export function mesh(meshRows: number, meshColumns: number): Topology {
  const tiles = meshRows * meshColumns;
  const links: [number, number][] = [];
  const linkNumbers = new Map<number, number>();
  for (let tile = 0; tile < tiles; tile++) {
    const column = tile % meshColumns;
    const left = column > 0 ? [tile - 1] : [];
    const right = column < meshColumns - 1 ? [tile + 1] : [];
    for (const to of [tile - meshColumns, ...left, ...right, tile + meshColumns]) {
      if (to < 0 || to >= tiles) continue;
      linkNumbers.set(tile * tiles + to, links.push([tile, to]) - 1);
    }
  }
  const route = (from: number, to: number) => {
    const numbers: number[] = [];
    let tile = from;
    while (tile !== to) {
      const columns = (to % meshColumns) - (tile % meshColumns);
      const next = tile + (columns === 0 ? Math.sign(to - tile) * meshColumns : Math.sign(columns));
      numbers.push(linkNumbers.get(tile * tiles + next)!);
      tile = next;
    }
    return numbers;
  };
  return { tiles, meshRows, meshColumns, links, route };
}

/**
 * Any links, one way each. A route is a shortest path, and of several the one with the lower-numbered tile
 * where they part.
 */
export function linkTable(table: readonly (readonly [number, number])[], leastTiles: number): Topology {
  const tiles = table.reduce((most, [from, to]) => Math.max(most, from + 1, to + 1), leastTiles);
  const links = table.toSorted(([a, b], [c, d]) => a - c || b - d);
  const into = Array.from({ length: tiles }, (): number[] => []);
  links.forEach(([, to], number) => {
    into[to]!.push(number);
  });
  /** Per destination, the link to take from every tile; -1 where there is no way. */
  const firstLinks = new Map<number, Int32Array>();
  const route = (from: number, to: number) => {
    const first = firstLinks.get(to) ?? shortestPaths(links, into, to);
    firstLinks.set(to, first);
    const numbers: number[] = [];
    for (let tile = from; tile !== to; tile = links[numbers.at(-1)!]![1]) {
      if (first[tile]! < 0) {
        throw new ClsaCimError(
          `chip.links: no way from tile ${from} to tile ${to}; add links, one for each direction`,
        );
      }
      numbers.push(first[tile]!);
    }
    return numbers;
  };
  return { tiles, meshRows: 1, meshColumns: tiles, links, route };
}

/** The first link of the route from every tile to tile `to`. */
function shortestPaths(
  links: Topology['links'],
  into: readonly (readonly number[])[],
  to: number,
): Int32Array {
  const first = new Int32Array(into.length).fill(-1);
  const distance = new Int32Array(into.length).fill(-1);
  distance[to] = 0;
  const queue = [to];
  for (const tile of queue) {
    for (const number of into[tile]!) {
      const before = links[number]![0];
      if (distance[before]! < 0) {
        distance[before] = distance[tile]! + 1;
        queue.push(before);
      }
      // Links are sorted, so the lowest number of those that come nearer is that of the lowest next tile.
      const isNearer = distance[before] === distance[tile]! + 1;
      if (isNearer && (first[before]! < 0 || number < first[before]!)) first[before] = number;
    }
  }
  return first;
}
