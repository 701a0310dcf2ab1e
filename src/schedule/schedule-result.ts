import type { Area } from '../architecture/area.ts';
import type { Scheduling } from './scheduling.ts';
import type { LayerSets } from './sets.ts';
import type { Reload } from './turn-options.ts';

/** One base layer of a schedule. */
export interface LayerSchedule {
  /** Unique in the network. */
  readonly name: string;
  /** What the layer does, in one word. */
  readonly op: string;
  /** [H, W, C] of the OFM. */
  readonly outputShape: readonly [number, number, number];
  /** PEs of one copy. */
  readonly pes: number;
  /** Copies of its weights. */
  readonly copies: number;
  /** Sets that its OFM is cut into. */
  readonly sets: number;
  /** MVMs of one inference: H·W. */
  readonly mvms: number;
  /** Start of its first set in the batch, in cycles. */
  readonly startCycle: number;
  /** Finish of its last set in the batch, in cycles. */
  readonly endCycle: number;
  /** On a chip with crossbars of several sizes: the name of its crossbars. */
  readonly crossbar?: string;
  /** On such a chip: why these crossbars. */
  readonly reason?: string;
}

/** What is told of a batch (spec.md section 9). */
export interface BatchFigures {
  /** Inferences. */
  readonly batch: number;
  /** Inferences of a group, the last of which may have fewer. */
  readonly group: number;
  /** Last finish of each group and all before it, in cycles. */
  readonly groupEndCycles: readonly number[];
  /** Cycles from the end of the group before the last (0 where there is none) to the end of the last, per inference. */
  readonly intervalCycles: number;
}

/** Layers whose copies hold the chip together, in the first group. */
export interface ScheduledRound {
  /** Names of its base layers or slices. */
  readonly layers: readonly string[];
  /** PEs of its copies. */
  readonly pes: number;
  /** Start of its first set, in cycles. */
  readonly startCycle: number;
  /** Finish of its last set, in cycles. */
  readonly endCycle: number;
}

/** What is told where weights take turns (spec.md section 9). */
export interface TurnFigures {
  /** How weights are written. */
  readonly reload: Reload;
  /** The rounds, in order. */
  readonly rounds: readonly ScheduledRound[];
  /** How many these are. */
  readonly roundCount: number;
  /** Cycles to write one PE. */
  readonly writeCycles: number;
  /** PEs that are written for a group when many follow; 0 with one round. */
  readonly writes: number;
  /** Writes of a PE per inference, on average: `writes / PEs / group`. */
  readonly peWritesPerInference: number;
  /** Cycles in which at least one PE is written, after the start. */
  readonly writingCycles: number;
  /** Cycles by which the batch would be faster if writing took no time; the rest is hidden behind computing. */
  readonly exposedWritingCycles: number;
  /** Energy of writing in pJ, where the architecture says what a PE takes. */
  readonly writeEnergyPjPerInference?: number;
  /** Years until cells have had the writes that they outlive, at full load, where the architecture says how many. */
  readonly lifetimeYears?: number;
}

/**
 * A schedule and its metrics (spec.md sections 6 and 9); `clsa-cim schedule --json` prints it as it is. Figures of a batch
 * are there where one was asked for or weights take turns, those of turns where they do or rounds were asked for.
 */
export interface Schedule extends Partial<BatchFigures>, Partial<TurnFigures> {
  /** Name of the network. */
  readonly model: string;
  /** Name of the architecture. */
  readonly architecture: string;
  /** How OFMs are cut into sets: `pixel`, `row` or `HxW`. */
  readonly granularity: string;
  /** Across layers or layer by layer. */
  readonly scheduling: Scheduling;
  /** PEs of one copy of every layer. */
  readonly minimumPes: number;
  /** PEs of the architecture, used or not. */
  readonly totalPes: number;
  /** PEs that hold weights. */
  readonly usedPes: number;
  /** Cells of all PEs of the chip, used or not. */
  readonly cells: number;
  /** Layer by layer without duplication: `Σ t` where the network fits. */
  readonly baselineCycles: number;
  /** The makespan. */
  readonly cycles: number;
  /** No cross-layer schedule with these copies is faster than its slowest layer, nor than writing what does not fit. */
  readonly lowerBoundCycles: number;
  /** The makespan in ns: `cycles` times that from the start of an MVM to that of the next. */
  readonly latencyNs: number;
  /** `baselineCycles / cycles`. */
  readonly speedup: number;
  /** Share of all PEs' cycles in which they run an MVM, 0 to 1. */
  readonly utilization: number;
  /** In mm², as far as the architecture has figures. */
  readonly areaMm2: Area;
  /** The base layers in the order of the file. */
  readonly layers: readonly LayerSchedule[];
}

/** A schedule without its layers. */
export type ScheduleFigures = Omit<Schedule, 'layers'>;

/** A schedule together with the sets of every base layer, if they were kept. */
export interface DetailedSchedule extends Schedule {
  /** One entry for each base layer, in the order of `layers`; there with `keepSets`. */
  readonly sets?: readonly LayerSets[];
}
