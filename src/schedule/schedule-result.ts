import type { Area } from '../architecture/area.ts';
import type { Scheduling } from './scheduling.ts';
import type { LayerSets } from './sets.ts';

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
  /** Start of its first set, in cycles. */
  readonly startCycle: number;
  /** Finish of its last set, in cycles. */
  readonly endCycle: number;
  /** On a chip with crossbars of several sizes: the name of its crossbars. */
  readonly crossbar?: string;
  /** On such a chip: why these crossbars. */
  readonly reason?: string;
}

/** A schedule and its metrics (spec.md section 6); `clsa-cim schedule --json` prints it as it is. */
export interface Schedule {
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
  /** Layer by layer on the minimum of PEs, without duplication: `Σ t`. */
  readonly baselineCycles: number;
  /** The makespan. */
  readonly cycles: number;
  /** No cross-layer schedule with these copies is faster than its slowest layer: `max ceil(t / d)`. */
  readonly lowerBoundCycles: number;
  /** The makespan in ns: `cycles` times that of one MVM. */
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

/** A schedule together with the sets of every base layer, if they were kept. */
export interface DetailedSchedule extends Schedule {
  /** One entry for each base layer, in the order of `layers`; there with `keepSets`. */
  readonly sets?: readonly LayerSets[];
}
