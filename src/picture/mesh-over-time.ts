import type { DetailedSimulation } from '../simulate/index.ts';
import { type MeshPicture, meshPictureOf } from './mesh.ts';

/** Tiles and links of a chip over time. */
export interface MeshOverTime {
  /** The same over all of the run. */
  readonly mesh: MeshPicture;
  /** Clock cycles of a bin. */
  readonly binCycles: number;
  /** Clock cycles of the run. */
  readonly cycles: number;
  /** Time of a clock cycle. */
  readonly clockNs: number;
  /** By what tiles are shown for, and by tile of the mesh: the share in every bin, 0 to 1 (of buffers: of the most in any). */
  readonly tiles: Readonly<Record<TileShare, readonly (Float64Array | undefined)[]>>;
  /** By link of the mesh: the share of every bin in which it was held. */
  readonly links: readonly Float64Array[];
  /** The most bits that were in any buffer. */
  readonly fullestBits: { readonly input: number; readonly output: number };
}

/** What tiles can be shown for. */
export type TileShare = 'work' | 'input' | 'output';

/** Tiles and links over time of a simulation that kept it (`keepPlacement`, `keepUse`). */
export function meshOverTimeOf(simulation: DetailedSimulation): MeshOverTime | undefined {
  const { mesh, use, cycles, clockNs } = simulation;
  if (mesh === undefined || use === undefined) return undefined;
  const { binCycles, tiles, links } = use;
  const lengthOf = (bin: number) => Math.min(binCycles, cycles - bin * binCycles);
  const inTime = (busy: Float64Array) => busy.map((value, bin) => value / lengthOf(bin));
  const most = (peaks: (tile: (typeof tiles)[number]) => Float64Array) =>
    tiles.reduce(
      (all, tile) =>
        Math.max(
          all,
          peaks(tile).reduce((a, b) => Math.max(a, b), 0),
        ),
      0,
    );
  const fullestBits = {
    input: most(({ inputPeakBits }) => inputPeakBits),
    output: most(({ outputPeakBits }) => outputPeakBits),
  };
  const byTile = (share: (tile: (typeof tiles)[number]) => Float64Array) => {
    const shares: (Float64Array | undefined)[] = Array.from({ length: mesh.tiles }, () => undefined);
    for (const tile of tiles) shares[tile.tile] = share(tile);
    return shares;
  };
  return {
    ...{ mesh: meshPictureOf(simulation, mesh), binCycles, cycles, clockNs, fullestBits },
    tiles: {
      work: byTile(({ busyCycles }) => inTime(busyCycles)),
      input: byTile(({ inputPeakBits }) =>
        inputPeakBits.map((bits) => bits / Math.max(1, fullestBits.input)),
      ),
      output: byTile(({ outputPeakBits }) =>
        outputPeakBits.map((bits) => bits / Math.max(1, fullestBits.output)),
      ),
    },
    links: links.map(({ busyCycles }) => inTime(busyCycles)),
  };
}

/** Number of bins. */
export function binsOf({ cycles, binCycles }: Pick<MeshOverTime, 'cycles' | 'binCycles'>): number {
  return Math.max(1, Math.ceil(cycles / binCycles));
}

/** The mesh in one bin. */
export function meshAt({ mesh, tiles, links }: MeshOverTime, bin: number, shown: TileShare): MeshPicture {
  return {
    ...mesh,
    tiles: mesh.tiles.map((tile, i) => ({ ...tile, busy: tiles[shown][i]?.[bin] ?? 0 })),
    links: mesh.links.map((link, i) => ({ ...link, utilization: links[i]?.[bin] ?? 0 })),
  };
}
