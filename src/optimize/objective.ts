import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import type { OnProgress } from '../progress.ts';
import type { Granularity } from '../schedule/granularity.ts';
import type { SimulationOptions } from '../simulate/index.ts';
import type { Search, SearchPolicy, StoppedBy } from './search.ts';

/** What copies are worth. Which figures there are depends on the objective; the one that it minimises always is. */
export interface Figures {
  /** The makespan of one inference. */
  readonly cycles?: number;
  /** The makespan in ns. */
  readonly latencyNs?: number;
  /** From one inference to the next in a long batch, with free movement. */
  readonly intervalCycles?: number;
  /** Inferences per second at that interval. */
  readonly throughputPerSecond?: number;
  /** Of one inference, simulated, as far as the chip has figures. */
  readonly energyPj?: number;
  /** Energy times latency of one inference, in pJ·ns. */
  readonly energyDelayPjNs?: number;
}

/** What an objective works on. */
export interface Task {
  /** What runs. */
  readonly network: Network;
  /** Where it runs. */
  readonly architecture: NormalArchitecture;
  /** With the copies of `greedy`. */
  readonly mapping: Mapping;
  /** How OFMs are cut into sets. */
  readonly granularity: Granularity;
  /** Where copies lie, where they are simulated. */
  readonly placement: SimulationOptions['placement'];
  /** Start of the pseudorandom numbers. */
  readonly seed: number;
  /** Vectors of copies to look at, at most; left to the objective where undefined. */
  readonly maxEvaluations: number | undefined;
  /** Time as `performance.now()` tells it, in ms. */
  readonly deadline: number;
  /** When it began, on the same clock. */
  readonly start: number;
  /** Is told now and then how far the search is. */
  readonly onProgress: OnProgress | undefined;
  /** Gap between best and bound that is small enough, as a share of the best. */
  readonly gap: number;
  /** How the space is searched. */
  readonly policy: SearchPolicy;
}

/** What an objective found. */
export interface Found {
  /** What the copies of `greedy` are worth. */
  readonly greedy: Figures;
  /** What the best copies are worth. */
  readonly best: Figures;
  /** The best copies, in the order of the base layers. */
  readonly copies: readonly number[];
  /** What the figure that is minimised cannot go below. */
  readonly bound: number;
  /** Parts of the energy that the chip has no figures of; only where energy counts. */
  readonly missingEnergies?: readonly string[];
  /** Vectors of copies that were looked at. */
  readonly evaluations: number;
  /** Why the search came to its end. */
  readonly stoppedBy: StoppedBy;
}

/** One way of saying what is best. */
export interface Objective {
  /** The figure that is minimised. */
  readonly metric: keyof Figures;
  /** Whether copies are simulated, with all that the chip does, or scheduled. */
  readonly isSimulated: boolean;
  /** Does the search; it yields now and then, so that others get their turn. */
  readonly search: (task: Task) => Generator<void, Found>;
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
