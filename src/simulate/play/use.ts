import * as v from 'valibot';
import {
  Buffer,
  type BufferWide,
  Header,
  HeaderWide,
  Link,
  type LinkWide,
  Node,
  type NodeWide,
  OffChip,
  Tile,
  type TileWide,
} from '../../../assembly/simulation/layout.ts';
import type { EngineInstance } from '../../engine/instance.ts';
import { expected } from '../../input/validate.ts';
import type { SimulationGraph } from '../model/graph.ts';

/**
 * What was used over time, in bins of equal width from cycle 0 on (docs/simulation.md section 9). Whole numbers, exact up
 * to 2^53.
 */
export interface RunUse {
  /** Clock cycles of a bin, a power of two; the last one may be cut short. */
  readonly binCycles: number;
  /** Per node of the graph and bin: cycles of all its copies together; of a join, cycles of the GPEU. */
  readonly nodes: readonly Float64Array[];
  /** Of the links of the chip. */
  readonly links: readonly LinkBins[];
  /** Of the tiles of the chip. */
  readonly tiles: readonly TileBins[];
  /** Of the off-chip port, and of the shared buffer beside it. */
  readonly offChip: OffChipBins;
}

/** What was used of the off-chip port and of the shared buffer beside it, per bin. */
export interface OffChipBins {
  /** Cycles in which the input side of the port was at work: inputs, values that were fetched, weights. */
  readonly inputBusyCycles: Float64Array;
  /** The same of the output side: outputs, and results that were stored. */
  readonly outputBusyCycles: Float64Array;
  /** Bits in the shared buffer times the cycles that they were there. */
  readonly sharedBitCycles: Float64Array;
  /** The most bits in the shared buffer. */
  readonly sharedPeakBits: Float64Array;
}

/** What was used of a link, per bin. */
export interface LinkBins {
  /** How long messages held it. */
  readonly busyCycles: Float64Array;
  /** Bits of the messages that entered it. */
  readonly bits: Float64Array;
}

/** What was used of a tile, per bin. */
export interface TileBins {
  /** Cycles in which a copy whose home it is, or its GPEU, was at work. */
  readonly busyCycles: Float64Array;
  /** Cycles in which its GPEU was at work. */
  readonly gpeuBusyCycles: Float64Array;
  /** Bits in its input buffer times the cycles that they were there: over the cycles of the bin, the mean. */
  readonly inputBitCycles: Float64Array;
  /** The most bits in its input buffer. */
  readonly inputPeakBits: Float64Array;
  /** The same of the output buffer. */
  readonly outputBitCycles: Float64Array;
  /** The same of the output buffer. */
  readonly outputPeakBits: Float64Array;
}

/** Whether what is used over time is kept; with how many bins at most, 256 if left out. */
export type KeepUse = boolean | { readonly bins?: number | undefined };

const DEFAULT_BINS = 256;
const MAX_BINS = 2 ** 16;

const binsMessage = expected(`a whole number from 2 to ${MAX_BINS}`);
const bins = v.pipe(
  v.number(binsMessage),
  v.safeInteger(binsMessage),
  v.minValue(2, binsMessage),
  v.maxValue(MAX_BINS, binsMessage),
);

/** What can be {@link KeepUse}. */
export const keepUseSchema = v.union(
  [v.boolean(), v.strictObject({ bins: v.optional(bins) })],
  expected(`true, false, or { bins } with a whole number of bins from 2 to ${MAX_BINS}`),
);

/** So many bins the engine may use: an even number, since pairs become one; 0 for none. */
export function mostBins(keepUse: KeepUse): number {
  const { bins: most = DEFAULT_BINS } = typeof keepUse === 'boolean' ? {} : keepUse;
  return keepUse === false ? 0 : most - (most % 2);
}

/** What was used in a run that kept it, of which nothing is left to happen. */
export function useOf({ nodes, chip }: SimulationGraph, { memory, start }: EngineInstance): RunUse {
  const header = memory.record<Header, HeaderWide>(start);
  const binCycles = header.wide(HeaderWide.BIN_CYCLES);
  const count = Math.max(1, Math.ceil(header.wide(HeaderWide.NOW) / binCycles));
  // Of a large chip most is not used.
  const nothing = new Float64Array(count);
  const series = (address: number) => (address === 0 ? nothing : memory.floats(address, count));
  const first = start + Header.WORDS * 4;
  const offChip = memory.record<OffChip>(header.pointer(Header.OFF_CHIP));
  const shared = offChip.part<Buffer, BufferWide>(OffChip.SHARED);
  return {
    binCycles,
    offChip: {
      inputBusyCycles: series(offChip.pointer(OffChip.INPUT_BINS)),
      outputBusyCycles: series(offChip.pointer(OffChip.OUTPUT_BINS)),
      sharedBitCycles: series(shared.pointer(Buffer.BIT_CYCLE_BINS)),
      sharedPeakBits: series(shared.pointer(Buffer.PEAK_BINS)),
    },
    nodes: nodes.map((_, i) => {
      const node = memory.recordOf<Node, NodeWide>(first, i, Node.WORDS);
      return series(node.pointer(Node.COMPUTE_BINS));
    }),
    links: chip.links.map((_, i) => {
      const link = memory.recordOf<Link, LinkWide>(header.pointer(Header.LINK_RECORDS), i, Link.WORDS);
      return {
        busyCycles: series(link.pointer(Link.BUSY_BINS)),
        bits: series(link.pointer(Link.BIT_BINS)),
      };
    }),
    tiles: Array.from({ length: chip.tiles }, (_, i) => {
      const tile = memory.recordOf<Tile, TileWide>(header.pointer(Header.TILE_RECORDS), i, Tile.WORDS);
      const input = tile.part<Buffer, BufferWide>(Tile.INPUT);
      const output = tile.part<Buffer, BufferWide>(Tile.OUTPUT);
      return {
        busyCycles: series(tile.pointer(Tile.BUSY_BINS)),
        gpeuBusyCycles: series(tile.pointer(Tile.GPEU_BINS)),
        inputBitCycles: series(input.pointer(Buffer.BIT_CYCLE_BINS)),
        inputPeakBits: series(input.pointer(Buffer.PEAK_BINS)),
        outputBitCycles: series(output.pointer(Buffer.BIT_CYCLE_BINS)),
        outputPeakBits: series(output.pointer(Buffer.PEAK_BINS)),
      };
    }),
  };
}
