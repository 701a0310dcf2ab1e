import type { Fit } from '../map/fit.ts';
import type { Mapping } from '../map/mapping.ts';
import type { OnProgress } from '../progress.ts';
import type { SimulationOptions } from '../simulate/index.ts';
import type { Workload } from '../workload/workload.ts';
import type { Search, SearchPolicy, SearchStep, StoppedBy } from './search.ts';

/** What copies are worth to the latency of one inference. */
export interface LatencyFigures {
  /** The makespan of one inference: of the schedule in cycles, of a simulation in clock cycles. */
  readonly cycles: number;
  /** The makespan in ns. */
  readonly latencyNs: number;
}

/** What copies are worth to a long batch. */
export interface ThroughputFigures {
  /** From one inference to the next in a long batch, with free movement. */
  readonly intervalCycles: number;
  /** Inferences per second at that interval. */
  readonly throughputPerSecond: number;
}

/** What copies are worth in a simulation. */
export interface EnergyFigures extends LatencyFigures {
  /** Of one inference, simulated, as far as the chip has figures. */
  readonly energyPj: number;
  /** Energy times the time to the last finish of a set, in pJ·ns: the way out of the chip does not count. */
  readonly energyDelayPjNs: number;
}

/** What copies are worth to a batch of inferences that is simulated. */
export interface BatchFigures extends LatencyFigures {
  /** Inferences of the batch. */
  readonly batch: number;
  /** Clock cycles of the batch, divided by its inferences. */
  readonly cyclesPerInference: number;
  /** Inferences of the batch by the time of all, in which the chip fills and drains. */
  readonly inferencesPerSecond: number;
}

/** What copies are worth, by the name of the objective. */
export interface FiguresByObjective {
  /** The least makespan of the schedule. */
  readonly latency: LatencyFigures;
  /** The least interval between inferences of a long batch. */
  readonly throughput: ThroughputFigures;
  /** The least energy of one inference, simulated. */
  readonly energy: EnergyFigures;
  /** The least product of energy and delay of one inference, simulated. */
  readonly edp: EnergyFigures;
  /** The least makespan of one inference, simulated; `Infinity` of copies that come to no end. */
  readonly 'simulated-latency': LatencyFigures;
  /** The least time of an inference in a batch, simulated; `Infinity` of copies that come to no end. */
  readonly 'simulated-throughput': BatchFigures;
}

/** Name of an objective. */
export type ObjectiveName = keyof FiguresByObjective;

/** What copies are worth to some objective. */
export type Figures = FiguresByObjective[ObjectiveName];

/** Name of a figure of an objective; of any by default. */
export type FigureName<Of extends ObjectiveName = ObjectiveName> = {
  [Name in ObjectiveName]: keyof FiguresByObjective[Name];
}[Of];

/** What an objective works on. */
export interface Task {
  /** What runs where, and how it is cut into sets. */
  readonly workload: Workload;
  /** The base layers on PEs, and the PEs that there are. */
  readonly fit: Fit;
  /** With the copies of `greedy`. */
  readonly mapping: Mapping;
  /** Where copies lie, where they are simulated; left to the objective where undefined. */
  readonly placement: SimulationOptions['placement'];
  /** Inferences that are simulated one after the other. */
  readonly batch: number;
  /** Start of the pseudorandom numbers. */
  readonly seed: number;
  /** Vectors of copies to look at, at most; left to the objective where undefined. */
  readonly maxEvaluations: number | undefined;
  /** Time as `performance.now()` tells it, in ms. */
  readonly deadline: number;
  /** When it began, on the same clock. */
  readonly start: number;
  /** Its time is over when it is aborted. */
  readonly stop: AbortSignal | undefined;
  /** Is told now and then how far the search is. */
  readonly onProgress: OnProgress | undefined;
  /** Gap between best and bound that is small enough, as a share of the best. */
  readonly gap: number;
  /** How the space is searched. */
  readonly policy: SearchPolicy;
}

/** Where the best copies lie, where that was searched for. */
export interface FoundPlacement {
  /** The placement of this name; or `swapped`, which is one with some tiles swapped. */
  readonly placement: 'snake' | 'optimised' | 'swapped';
  /** The order in which copies take tiles, for the option `placement`. */
  readonly tileOrder: readonly number[];
}

/** What an objective found. */
export interface Found<Own> {
  /** What the copies of `greedy` are worth. */
  readonly greedy: Own;
  /** What the best copies are worth. */
  readonly best: Own;
  /** Of that the figure that is minimised. */
  readonly cost: number;
  /** The best copies, in the order of the base layers. */
  readonly copies: readonly number[];
  /** What the figure that is minimised cannot go below. */
  readonly bound: number;
  /** Parts of the energy that the chip has no figures of; only where energy counts. */
  readonly missingEnergies?: readonly string[];
  /** What the search started from, by name, in the figure that is minimised; only where time is simulated. */
  readonly starts?: Readonly<Record<string, number>>;
  /** Where the best copies lie; only where that was searched for. */
  readonly placed?: FoundPlacement;
  /** Vectors of copies that were known to be no better without being simulated. */
  readonly screened?: number;
  /** How the search came to it, where one copy after the other is looked at. */
  readonly history?: readonly SearchStep[];
  /** Vectors of copies that were looked at. */
  readonly evaluations: number;
  /** Why the search came to its end. */
  readonly stoppedBy: StoppedBy;
}

/** One way of saying what is best. */
export interface Objective<Name extends ObjectiveName = ObjectiveName> {
  /** The figure that is minimised. */
  readonly metric: FigureName<Name>;
  /** Whether copies are simulated, with all that the chip does, or scheduled. */
  readonly isSimulated: boolean;
  /** How the space is searched where nothing else is asked for: annealing and descents by default. */
  readonly policy?: SearchPolicy;
  /** Does the search; it yields now and then, so that others get their turn. */
  readonly search: (task: Task) => Generator<void, Found<FiguresByObjective[Name]>>;
}

/** How far the best is from the bound, as a share of the best; 0 where they are the same. */
export function gapOf(best: number, bound: number): number {
  return best === bound ? 0 : (best - bound) / best;
}

/** Why a search that is done has come to its end. */
export function whyStopped(search: Search, bound: number): StoppedBy {
  if (search.best.cost === bound) return 'optimal';
  return search.stoppedBy ?? 'converged';
}
