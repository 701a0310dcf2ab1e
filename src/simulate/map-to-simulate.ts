import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { hasTiles } from '../architecture/normal-chip.ts';
import { demandObject } from '../input/arguments.ts';
import type { Duplication } from '../map/duplicate.ts';
import { TRIED } from '../map/duplication/tried.ts';
import type { Mapping } from '../map/mapping.ts';
import type { OnProgress } from '../progress.ts';
import type { MapOptions } from '../schedule/choose-rounds.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { checkBatch } from '../schedule/turn-options.ts';
import type { Workload } from '../workload/workload.ts';
import { type Played, type RunOptions, Simulator } from './play/simulator.ts';
import { type TriedCopies, tryCopies } from './tried/try-copies.ts';

/** How a network is mapped to a chip and runs there. */
export interface MapToSimulateOptions extends MapOptions, RunOptions {}

/** A mapping, and the simulator that plays it. */
export interface MappedToSimulate {
  readonly simulator: Simulator;
  readonly mapping: Mapping;
  /** Who has got copies, and would get more. */
  readonly duplication: Duplication;
  /** With the policy `tried`: what was tried. */
  readonly tried?: TriedCopies;
  /** With the policy `tried`: the run with the copies that it took. */
  readonly played?: Played;
}

/**
 * Maps what is simulated: in rounds where a schedule has rounds.
 *
 * @param onProgress Is told how far tries are.
 * @throws ClsaCimError as `Scheduler.map` and {@link Simulator} do.
 */
export function mapToSimulate(
  workload: Workload,
  options: MapToSimulateOptions,
  onProgress?: OnProgress,
): MappedToSimulate {
  demandObject(workload.network, 'network', 'loadModel');
  // Before the steps that check it too, and would name themselves.
  if (options.batch !== undefined) checkBatch(options.batch);
  const duplication = options.duplication ?? defaultDuplication(workload.architecture);
  const scheduler = new Scheduler(workload);
  try {
    if (duplication === TRIED) return mapTried(scheduler, options, onProgress);
    const mapping = mapped(scheduler, { ...options, duplication });
    return { simulator: new Simulator(workload, mapping.totalPes, options), mapping, duplication };
  } finally {
    scheduler.release();
  }
}

/** Who gets copies where nothing is said of that. */
export function defaultDuplication({ chip }: NormalArchitecture): 'tried' | 'greedy' {
  return hasTiles(chip) ? TRIED : 'greedy';
}

function mapTried(
  scheduler: Scheduler,
  options: MapToSimulateOptions,
  onProgress: OnProgress | undefined,
): MappedToSimulate {
  const greedy = mapped(scheduler, { ...options, duplication: 'greedy' });
  const simulator = new Simulator(scheduler.workload, greedy.totalPes, options);
  // Where no PEs are left there is nothing to choose from.
  if (greedy.layers.every(({ copies }) => copies === 1)) {
    return { simulator, mapping: greedy, duplication: 'greedy' };
  }
  const rounds = options.scheduling === 'lbl' ? undefined : startsOf(greedy);
  const mappedBy = (duplication: Duplication) => {
    if (duplication === 'greedy') return greedy;
    // To choose rounds takes long: only what nothing may be worse than has rounds of its own.
    const own = duplication === 'none' ? {} : { rounds: rounds ?? options.rounds };
    return mapped(scheduler, { ...options, ...own, duplication });
  };
  try {
    const { played, tried } = tryCopies(simulator, mappedBy, greedy.rounds !== undefined, onProgress);
    return { simulator, mapping: played.mapping, duplication: TRIED, played, tried };
  } catch (error) {
    simulator.release();
    throw error;
  }
}

/** The layers that begin its rounds; undefined where there are none. */
function startsOf({ layers, rounds }: Mapping): string[] | undefined {
  return rounds?.map((start) => layers[start]!.name);
}

function mapped(scheduler: Scheduler, options: MapOptions): Mapping {
  const { pes, extraPes, duplication, batch, group, reload, rounds, scheduling } = options;
  return scheduler.map({ pes, extraPes, duplication, batch, group, reload, rounds, scheduling });
}
