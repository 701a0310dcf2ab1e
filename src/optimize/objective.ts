import type { Architecture } from '../architecture/architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import type { Granularity } from '../schedule/granularity.ts';
import type { SimulationOptions } from '../simulate/index.ts';
import type { Search, SearchPolicy, StoppedBy } from './search.ts';

/** What copies are worth. Which figures there are depends on the objective; the one that it minimises always is. */
export interface Figures {
  /** The makespan of one inference. */
  readonly cycles?: number;
  readonly latencyNs?: number;
  /** From one inference to the next in a long batch, with free movement. */
  readonly intervalCycles?: number;
  readonly throughputPerSecond?: number;
  /** Of one inference, simulated, as far as the chip has figures. */
  readonly energyPj?: number;
  readonly energyDelayPjNs?: number;
}

/** What an objective works on. */
export interface Task {
  readonly network: Network;
  readonly architecture: Architecture;
  /** With the copies of `greedy`. */
  readonly mapping: Mapping;
  readonly granularity: Granularity;
  readonly placement: SimulationOptions['placement'];
  readonly seed: number;
  readonly maxEvaluations: number | undefined;
  readonly deadline: number;
  /** Gap between best and bound that is small enough, as a share of the best. */
  readonly gap: number;
  readonly policy: SearchPolicy;
}

/** What an objective found. */
export interface Found {
  readonly greedy: Figures;
  readonly best: Figures;
  readonly copies: readonly number[];
  /** What the figure that is minimised cannot go below. */
  readonly bound: number;
  /** Parts of the energy that the chip has no figures of; only where energy counts. */
  readonly missingEnergies?: readonly string[];
  readonly evaluations: number;
  readonly stoppedBy: StoppedBy;
}

/** One way of saying what is best. */
export interface Objective {
  /** The figure that is minimised. */
  readonly metric: keyof Figures;
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
