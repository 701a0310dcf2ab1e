import type { TileWrite } from '../simulate/index.ts';
import type { SetLists } from '../workload/set-lists.ts';

/** Sets whose times a timeline keeps at most, where nothing else is said; beyond it has bins only. */
export const MAX_KEPT_SETS = 2 ** 21;

/** What ran when: lanes with their sets, writes and how busy they were. All times are in cycles. */
export interface Timeline {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** Until the end: what {@link TimelineLane.busy} covers. */
  readonly cycles: number;
  /** Time of a cycle. */
  readonly cycleNs: number;
  /** PEs of the chip, used or not. */
  readonly totalPes: number;
  /** Cycles of one bin of {@link TimelineLane.busy}; the last bin may be cut short. */
  readonly binCycles: number;
  /** In the order of the file. */
  readonly lanes: readonly TimelineLane[];
  /** What sets read of each other, by {@link TimelineNode}. */
  readonly nodes: readonly TimelineNode[];
  /** By the node that reads. */
  readonly reads: readonly TimelineReads[];
  /** What made it as long as it is; absent where that is not known. */
  readonly critical?: CriticalPath;
}

/** A base layer, a slice of one, or what a simulation plays besides: a join or an input. */
export interface TimelineLane {
  /** Name of the layer or slice, as in the file: anybody's text. */
  readonly name: string;
  /** What it does, in one word. */
  readonly op: string;
  /** Index into {@link Timeline.nodes}. */
  readonly node: number;
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** Rows of a set that is not cut; of the first set of a join, whose others may have more or fewer. */
  readonly setHeight: number;
  /** Columns of a set, likewise. */
  readonly setWidth: number;
  /** PEs of one copy; 0 for joins and inputs. */
  readonly pes: number;
  /** Copies of its weights. */
  readonly copies: number;
  /** Sets of one inference times inferences; set `s` of inference `i` of `n` sets is set `i·n + s`. */
  readonly sets: number;
  /** Inferences. */
  readonly inferences: number;
  /** Sets that run on copies by turns before these are counted from 0 again: those of a group, or all. */
  readonly groupSets: number;
  /** False where the MVMs of a set are spread over all copies. */
  readonly isOnCopies: boolean;
  /** Start of its first set. */
  readonly startCycle: number;
  /** Finish of its last set. */
  readonly endCycle: number;
  /** Per bin the cycles that all its copies together were busy; of a join those of its GPEU, of an input none. */
  readonly busy: Float64Array;
  /** Of every set; absent where there are too many to keep. */
  readonly times?: SetTimes;
  /** In a simulation: where it is. */
  readonly home?: LaneHome;
  /** Where weights take turns: the index of its round. */
  readonly round?: number;
  /** Where weights take turns: when its copies were written, in the order of writing. */
  readonly writes?: readonly LaneWrite[];
  /** In a simulation: when anything that had spilled was fetched for one of its sets; absent where nothing was. */
  readonly fetches?: Stretches;
}

/** Stretches of time in order, apart from each other. */
export interface Stretches {
  /** When each begins. */
  readonly starts: Float64Array;
  /** When each ends. */
  readonly ends: Float64Array;
}

/** Where a lane is on a chip, and what it takes of a GPEU there. */
export interface LaneHome {
  /**
   * Of every copy its tiles in the order of its PEs: the last one is its home. Where weights take turns, copies of later groups
   * stand behind those of the first.
   */
  readonly tiles: readonly (readonly number[])[];
  /** Per set of an inference: cycles on the GPEU of the home, which end when the set is finished. */
  readonly gpeuCycles: Int32Array;
  /** Where weights take turns: the writing of its PEs, by copy and tile, in the order of writing. */
  readonly writes?: readonly TileWrite[];
}

/** Times of the sets of a lane. */
export interface SetTimes {
  /** Per set. */
  readonly starts: Float64Array;
  /** Per set: it has run its MVMs, so that its copy is free for the next set; of joins and inputs when it is finished. */
  readonly ends: Float64Array;
  /** Per set: its last result is out. */
  readonly finishes: Float64Array;
  /** Per set of a lane that has fetched: when it was granted room for what was fetched for it; -1 where nothing was. */
  readonly fetchStarts?: Float64Array;
  /** Per set of a lane that has fetched: when all of that was there; -1 where nothing was. */
  readonly fetchEnds?: Float64Array;
}

/** The writing of one copy, or of all of a layer at once. */
export interface LaneWrite {
  /** Which group it was written for. */
  readonly group: number;
  /** Which copy; absent where all are written together, layer by layer. */
  readonly copy?: number;
  /** When its first PE began to be written; in a simulation, when its weights were asked for. */
  readonly startCycle: number;
  /** In a simulation: when its first PE began to be written. */
  readonly writeCycle?: number;
  /** When it was ready. */
  readonly endCycle: number;
}

/** What reads and is read: a layer of the network that sets have, whose lanes are its slices. */
export interface TimelineNode {
  /** Name of the layer. */
  readonly name: string;
  /** As in a simulation (docs/simulation.md section 3). */
  readonly kind: 'base' | 'join' | 'input';
  /** Rows of sets. */
  readonly setRows: number;
  /** Columns of sets. */
  readonly setColumns: number;
  /** Indices into {@link Timeline.lanes}; none for what takes no time. */
  readonly lanes: readonly number[];
}

/** Set (r, c) of node `to` reads the sets `rows[r]` x `columns[c]` of node `from`, of the same inference. */
export interface TimelineReads {
  /** Index into {@link Timeline.nodes}. */
  readonly from: number;
  /** Index into {@link Timeline.nodes}. */
  readonly to: number;
  /** Per row of sets of `to`. */
  readonly rows: SetLists;
  /** Per column of sets of `to`. */
  readonly columns: SetLists;
}

/**
 * The sets that made a run as long as it was, in the order of time: entry `i` of each array is of the i-th set. Of a
 * schedule whose times are not kept, sets that followed on one another in a lane are one entry, with the number and the
 * cause of the first.
 */
export interface CriticalPath {
  /** What {@link causes} has numbers of. */
  readonly causeNames: readonly string[];
  /** Index into {@link Timeline.lanes}. */
  readonly lanes: Int32Array;
  /** Which set of the lane. */
  readonly sets: Int32Array;
  /** What it got last before it started, as an index into {@link causeNames}. */
  readonly causes: Uint8Array;
  /** When it started. */
  readonly starts: Float64Array;
  /** When it had done its part. */
  readonly ends: Float64Array;
}
