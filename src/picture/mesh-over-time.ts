import type { DetailedSimulation, TileSimulation } from '../simulate/index.ts';
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
  /** What tiles can be shown for besides, of all of the run: only what there was. */
  readonly totals: readonly TileTotal[];
  /** The off-chip port and the shared buffer; only where something spilled or weights take turns. */
  readonly offChip?: OffChipOverTime;
  /** The most bits that were in any buffer. */
  readonly fullestBits: { readonly input: number; readonly output: number };
}

/** What each tile had of something in all of the run. */
export interface TileTotal {
  /** As the end of a sentence: `how many bits spilled from them`. */
  readonly name: string;
  /** The same of tiles, for a legend. */
  readonly shown: string;
  /** What is counted. */
  readonly unit: 'bits' | 'PEs';
  /** By tile of the mesh. */
  readonly values: readonly number[];
}

/** What was used of the off-chip port and the shared buffer, bin by bin. */
export interface OffChipOverTime {
  /** Share of the time in which the input side was at work, 0 to 1. */
  readonly input: Float64Array;
  /** The same of the output side. */
  readonly output: Float64Array;
  /** The most bits in the shared buffer, and its size; absent where nothing was ever in it. */
  readonly shared?: { readonly bytes: number; readonly peakBits: Float64Array };
}

/** What tiles can be shown for, over time. */
export type TileShare = 'work' | 'input' | 'output';

/** Tiles and links over time of a simulation that kept it (`keepPlacement`, `keepUse`). */
export function meshOverTimeOf(simulation: DetailedSimulation): MeshOverTime | undefined {
  const { mesh, use, cycles, clockNs, spill, rounds, sharedBuffer } = simulation;
  if (mesh === undefined || use === undefined) return undefined;
  const { binCycles, tiles, links, offChip } = use;
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
    totals: totalsOf(simulation, mesh.tiles),
    ...(spill === undefined && rounds === undefined
      ? {}
      : {
          offChip: {
            input: inTime(offChip.inputBusyCycles),
            output: inTime(offChip.outputBusyCycles),
            ...(sharedBuffer === undefined || sharedBuffer.peakBytes === 0
              ? {}
              : { shared: { bytes: sharedBuffer.bytes, peakBits: offChip.sharedPeakBits } }),
          },
        }),
  };
}

const SPILLED = {
  name: 'how many bits spilled from them',
  shown: 'bits that spilled from tiles',
  unit: 'bits',
} as const;
const FETCHED = {
  name: 'how many bits were fetched to them',
  shown: 'bits that were fetched to tiles',
  unit: 'bits',
} as const;
const WRITTEN = {
  name: 'how many of their PEs were written',
  shown: 'PEs of tiles that were written',
  unit: 'PEs',
} as const;

/** What spilled, was fetched and was written, tile by tile. */
function totalsOf({ tiles }: DetailedSimulation, count: number): TileTotal[] {
  const total = (
    { name, shown, unit }: Pick<TileTotal, 'name' | 'shown' | 'unit'>,
    of: (tile: TileSimulation) => number,
  ): TileTotal => {
    const values = new Array<number>(count).fill(0);
    for (const tile of tiles) values[tile.tile] = of(tile);
    return { name, shown, unit, values };
  };
  return [
    total(SPILLED, ({ spill }) => spill?.spilledBits ?? 0),
    total(FETCHED, ({ spill }) => spill?.fetchedBits ?? 0),
    total(WRITTEN, ({ writtenPes = 0 }) => writtenPes),
  ].filter(({ values }) => values.some((value) => value > 0));
}

/** Number of bins. */
export function binsOf({ cycles, binCycles }: Pick<MeshOverTime, 'cycles' | 'binCycles'>): number {
  return Math.max(1, Math.ceil(cycles / binCycles));
}

/** The mesh in one bin. */
export function meshAt({ mesh, tiles, links }: MeshOverTime, bin: number, shown: TileShare): MeshPicture {
  return {
    ...mesh,
    ...(shown === 'work' ? {} : { tilesShow: `bits in ${shown} buffers` }),
    tiles: mesh.tiles.map((tile, i) => ({ ...tile, busy: tiles[shown][i]?.[bin] ?? 0 })),
    links: mesh.links.map((link, i) => ({ ...link, utilization: links[i]?.[bin] ?? 0 })),
  };
}

/** The mesh with its tiles shown for something else, of all of the run. */
export function meshOf({ mesh }: MeshOverTime, { shown, values }: TileTotal): MeshPicture {
  const most = Math.max(1, ...values);
  return {
    ...mesh,
    tilesShow: shown,
    tiles: mesh.tiles.map((tile, i) => ({ ...tile, busy: values[i]! / most })),
  };
}
