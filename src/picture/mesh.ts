import type { DetailedSimulation, SimulationMesh } from '../simulate/index.ts';

/** Tiles and links of a chip, with what they did. */
export interface MeshPicture {
  /** A `mesh` of rows and columns, whatever is joined by a list of `links`, or `one` tile. */
  readonly kind: 'mesh' | 'links' | 'one';
  /** Rows of tiles; a chip that is no mesh is drawn in as many rows as columns. */
  readonly rows: number;
  /** Columns of tiles. */
  readonly columns: number;
  /** The tile that has the port to the outside. */
  readonly offChipTile: number;
  /** By number, in a mesh row by row. */
  readonly tiles: readonly MeshTile[];
  /** What the shares of tiles are of, where it is not the time that they were at work. */
  readonly tilesShow?: string;
  /** Those that were used. */
  readonly links: readonly MeshLink[];
}

/** A tile. */
export interface MeshTile {
  /** Names of layers that have a copy there, or a part of one. */
  readonly layers: readonly string[];
  /** Share of all clock cycles in which one of its copies or its GPEU was at work, 0 to 1. */
  readonly busy: number;
}

/** A link, one way. */
export interface MeshLink {
  /** Number of a tile. */
  readonly from: number;
  /** Number of a tile. */
  readonly to: number;
  /** Bits that went over it. */
  readonly bits: number;
  /** Share of all clock cycles in which it was held, 0 to 1. */
  readonly utilization: number;
}

/** Tiles and links of a simulation that kept its placement (`keepPlacement`). */
export function meshPictureOf(
  { cycles, tiles, links }: DetailedSimulation,
  { kind, tiles: count, rows, columns, offChipTile }: SimulationMesh,
): MeshPicture {
  const across = kind === 'mesh' ? columns : Math.ceil(Math.sqrt(count));
  const own: MeshTile[] = Array.from({ length: count }, () => ({ layers: [], busy: 0 }));
  for (const { tile, layers, busyCycles } of tiles)
    own[tile] = { layers, busy: busyCycles / Math.max(1, cycles) };
  return {
    ...{ kind, rows: kind === 'mesh' ? rows : Math.ceil(count / across), columns: across, offChipTile },
    tiles: own,
    links: links.map(({ from, to, bits, utilization }) => ({ from, to, bits, utilization })),
  };
}
