/** What the reference says of a run. */
import type { NodeRun, TileRun } from '../../../src/simulate/play/engine.ts';
import type { Use } from './use.ts';
import type { Window } from './windows.ts';

/** What the chip did, cycle for cycle. Times of what never happened (a deadlock) are -1. */
export interface ReferenceSimulation {
  readonly cycles: number;
  readonly nodes: readonly NodeUse[];
  /** When each result was whole in the input buffer of each tile that reads it; by (node, set, tile). */
  readonly arrivals: readonly Arrival[];
  /** Per link of the chip: bits that went over it, and cycles that it was held. */
  readonly links: readonly { readonly bits: number; readonly busyCycles: number }[];
  readonly tiles: readonly TileUse[];
  /** Per inference: the latest finish of its sets. */
  readonly inferenceEnds: readonly number[];
  /** Windows of streams in input buffers, and of nodes in output buffers; none where the buffer has no limit. */
  readonly inputWindows: readonly Window[];
  readonly outputWindows: readonly Window[];
  /** Injected results and partial sums. */
  readonly messages: number;
  /** The most that was in the shared buffer. */
  readonly sharedPeakBits: number;
  /** Where weights take turns: per PE when its write started, and when its tile began to write it. */
  readonly peWrites?: { readonly start: readonly number[]; readonly begin: readonly number[] };
  /** What was used in every cycle. */
  readonly use: Use;
  readonly deadlock?: Deadlock;
}

/** What a node did; set `k` of inference `i` of a node with `n` sets is at `k + i·n`. */
export interface NodeUse extends Omit<NodeRun, 'starts' | 'finishes' | 'fetchStarts' | 'fetchEnds'> {
  readonly start: readonly number[];
  readonly finish: readonly number[];
  /** Where values may spill: when a set was granted for which something was fetched, and had all; -1 of others. */
  readonly fetchStart?: readonly number[];
  readonly fetchEnd?: readonly number[];
}

export interface Arrival {
  readonly node: number;
  readonly set: number;
  readonly tile: number;
  readonly bits: number;
  readonly cycle: number;
}

/** What was used of a tile. Peaks count reserved room; what is in the buffers at the end is 0 unless there is a deadlock. */
export interface TileUse extends TileRun {
  readonly inputEndBits: number;
  readonly outputEndBits: number;
}

/** Nothing can happen any more at `cycle`, though sets are left: the first of every node, and the first results that wait. */
export interface Deadlock {
  readonly cycle: number;
  readonly sets: readonly {
    readonly node: number;
    readonly set: number;
    readonly waitsFor: 'values' | 'output room' | 'layer before' | 'weights';
    /** Where room is missing. */
    readonly tile?: number;
    /** The node of the first value that is not there: of the first edge, the lowest set. */
    readonly source?: number;
  }[];
  /** By node. `tiles`: those without room for it. */
  readonly messages: readonly {
    readonly node: number;
    readonly set: number;
    readonly tiles: readonly number[];
  }[];
  /** Of every tile without room: bits of the values that are in its input buffer, by their node. */
  readonly fullBuffers: readonly {
    readonly tile: number;
    readonly holds: readonly { readonly node: number; readonly bits: number }[];
  }[];
}
