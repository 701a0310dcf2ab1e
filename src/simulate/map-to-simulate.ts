import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { hasTiles } from '../architecture/normal-chip.ts';
import { demandObject } from '../input/arguments.ts';
import type { Duplication } from '../map/duplicate.ts';
import { TRIED } from '../map/duplication/tried.ts';
import { fitNetwork } from '../map/fit.ts';
import type { Mapping } from '../map/mapping.ts';
import type { MapOptions } from '../schedule/choose-rounds.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { checkBatch } from '../schedule/turn-options.ts';
import type { Workload } from '../workload/workload.ts';
import type { SimulateOptions } from './play/engine.ts';
import { type Played, type RunOptions, Simulator } from './play/simulator.ts';
import { type Trial, trialsFor } from './tried/trials.ts';
import { type Taken, type TriedCopies, tryAll } from './tried/try-all.ts';

/** How a network is mapped to a chip and runs there. */
export interface MapToSimulateOptions extends MapOptions, RunOptions {}

/** A mapping, and the simulator that plays it. */
export interface MappedToSimulate {
  readonly simulator: Simulator;
  readonly mapping: Mapping;
  /** Who has got copies, and would get more. */
  readonly duplication: Duplication;
  /** What was tried, where copies or rounds were open. */
  readonly tried?: TriedCopies;
  /** The run of what was taken then. */
  readonly played?: Played;
}

/**
 * Maps what is simulated: in rounds where a schedule has rounds.
 *
 * @param kept What is kept of what is played, and who is told how far tries are.
 * @throws ClsaCimError as `Scheduler.map` and {@link Simulator} do.
 */
export function mapToSimulate(
  workload: Workload,
  options: MapToSimulateOptions,
  kept: SimulateOptions = {},
): MappedToSimulate {
  demandObject(workload.network, 'network', 'loadModel');
  // Before the steps that check it too, and would name themselves.
  if (options.batch !== undefined) checkBatch(options.batch);
  const duplication = options.duplication ?? defaultDuplication(workload.architecture);
  const { pes, extraPes, batch, group, reload, rounds, scheduling } = options;
  const how: MapOptions = { pes, extraPes, duplication, batch, group, reload, rounds, scheduling };
  const scheduler = new Scheduler(workload);
  try {
    const trials = trialsFor(scheduler, how);
    if (trials === undefined) {
      const copies = duplication === TRIED ? 'greedy' : duplication;
      const mapping = scheduler.map({ ...how, duplication: copies });
      const simulator = new Simulator(workload, mapping.totalPes, options);
      return { simulator, mapping, duplication: copies };
    }
    const { there } = fitNetwork(workload.network, workload.architecture, how);
    const totalPes = there.reduce((sum, pes) => sum + pes, 0);
    const simulator = new Simulator(workload, totalPes, options);
    const { played, tried } = triedOn(simulator, trials, kept);
    return { simulator, mapping: played.mapping, duplication, played, tried };
  } finally {
    scheduler.release();
  }
}

/** Who gets copies where nothing is said of that. */
export function defaultDuplication({ chip }: NormalArchitecture): 'tried' | 'greedy' {
  return hasTiles(chip) ? TRIED : 'greedy';
}

function triedOn(simulator: Simulator, trials: readonly Trial[], kept: SimulateOptions): Taken {
  try {
    return tryAll(simulator, trials, kept);
  } catch (error) {
    simulator.release();
    throw error;
  }
}
