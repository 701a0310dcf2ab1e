import type { Played } from './play/simulator.ts';
import type { LinkBins, OffChipBins, TileBins } from './play/use.ts';
import type { Simulation } from './simulation.ts';

/**
 * What was used over time, in bins of equal width from cycle 0 on (docs/simulation.md section 9). Whole numbers, exact up
 * to 2^53; every list has one for each bin.
 */
export interface SimulationUse {
  /** Clock cycles of a bin, a power of two; the last one ends with the last cycle and may be shorter. */
  readonly binCycles: number;
  /** Number of bins, at least 1. */
  readonly bins: number;
  /** Of base layers, joins and inputs, in topological order. */
  readonly nodes: readonly NodeUse[];
  /** Of the links that were used, in the order of `links` of the simulation. */
  readonly links: readonly LinkUse[];
  /** Of the tiles that hold something, in the order of `tiles` of the simulation. */
  readonly tiles: readonly TileUse[];
  /** Of the off-chip port, and of the shared buffer beside it. */
  readonly offChip: OffChipBins;
}

/** What a base layer, a join or an input computed. */
export interface NodeUse {
  /** Index of the layer in `Network.layers`. */
  readonly layer: number;
  /** Name of the layer. */
  readonly name: string;
  /** Per bin: cycles of all its copies together; of a join cycles of the GPEU; 0 of an input. Their sum is `computeCycles`. */
  readonly computeCycles: Float64Array;
}

/** What went over a link. */
export interface LinkUse extends LinkBins {
  /** The tile that it leaves. */
  readonly from: number;
  /** The tile that it goes to. */
  readonly to: number;
}

/** How much of a tile was used. */
export interface TileUse extends TileBins {
  /** Number of the tile. */
  readonly tile: number;
}

/** What was used in a run that kept it. */
export function simulationUse({ graph, run }: Played, { tiles }: Simulation): SimulationUse {
  const { use } = run;
  if (use === undefined) throw new Error('the run has not kept what was used');
  const { binCycles } = use;
  return {
    binCycles,
    bins: Math.max(1, Math.ceil(run.cycles / binCycles)),
    nodes: graph.nodes.map(({ layer, name }, i) => ({ layer, name, computeCycles: use.nodes[i]! })),
    links: graph.chip.links.flatMap(([from, to], i) =>
      run.links[i]!.bits === 0 ? [] : [{ from, to, ...use.links[i]! }],
    ),
    tiles: tiles.map(({ tile }) => ({ tile, ...use.tiles[tile]! })),
    offChip: use.offChip,
  };
}
