import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import { ClsaCimError } from '../errors.ts';
import { aFunction, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import { type MappingOptions, mappingSchemas } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type OnProgress, part } from '../progress.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { batchSchemas, type Rounds } from '../schedule/turn-options.ts';
import type { Workload } from '../workload/workload.ts';
import { type GraphOptions, graphSchemas, workloadFor } from './build-graph.ts';
import { ended } from './deadlock/ended.ts';
import { type DetailedSimulation, detailedOf } from './detailed.ts';
import { type KeepOptions, keepSchemas } from './keep.ts';
import { mapToSimulate } from './map-to-simulate.ts';
import { type Played, Simulator } from './play/simulator.ts';

/** How a network is mapped to a chip, how it runs there, and what is kept of that. */
export interface SimulationOptions extends MappingOptions, GraphOptions, KeepOptions {
  /**
   * Where weights take turns, or shall. Left out, they take turns only where the network does not fit: on a chip with tiles in the
   * fastest rounds of several that are tried, elsewhere in those of `auto`.
   */
  readonly rounds?: Rounds | undefined;
  /** Is told now and then how far the simulation is. */
  readonly onProgress?: OnProgress | undefined;
}

/** How much of the time goes by with the first of two runs; the second, without limits, is faster. */
const FIRST_RUN = 0.75;
/** How much goes by before, where copies are tried. */
const TRIES = 0.7;

/** What the options of a simulation have to be. */
export const simulationSchemas = {
  ...mappingSchemas,
  ...graphSchemas,
  ...keepSchemas,
  rounds: batchSchemas.rounds,
  onProgress: aFunction,
};
const checkedOptions = optionsOf<SimulationOptions>('simulate', simulationSchemas);

/**
 * Maps a network to an architecture and plays what the chip does: movement, GPEUs, finite buffers, several
 * inferences one after the other. Deterministic.
 *
 * @throws ClsaCimError where the network does not fit, an option is out of range, or the buffers are too small
 * to make progress; the message then names who waits and what size would do.
 */
export function simulate(
  network: Network,
  architecture: AnyArchitecture,
  options: SimulationOptions = {},
): DetailedSimulation {
  return simulateTrusted(workloadFor(network, architecture, checkedOptions(options)), options);
}

/** How a workload is mapped to its chip, how it runs there, and what is kept of that. */
export type WorkloadOptions = Omit<SimulationOptions, 'granularity'>;

const { granularity: _, ...workloadSchemas } = simulationSchemas;
const checkedWorkloadOptions = optionsOf<WorkloadOptions>('simulateWorkload', workloadSchemas, STEP_OPTIONS);

/**
 * {@link simulate} for a workload that is prepared.
 *
 * @throws ClsaCimError as {@link simulate} does; and of kind `usage` where it is to run layer by layer and is not cut
 * into pixels: that is MVM after MVM.
 */
export function simulateWorkload(workload: Workload, options: WorkloadOptions = {}): DetailedSimulation {
  const { scheduling } = checkedWorkloadOptions(options);
  if (scheduling === 'lbl' && workload.granularity !== 'pixel') {
    throw new ClsaCimError(
      'simulateWorkload: layer by layer a simulation plays MVM after MVM; prepare the workload with granularity pixel',
      'usage',
    );
  }
  return simulateTrusted(workload, options);
}

function simulateTrusted(workload: Workload, options: WorkloadOptions): DetailedSimulation {
  const { keepCriticalPath, keepUse } = options;
  const kept = { keepSets: options.keepSets || keepCriticalPath, keepUse };
  const mapped = mapToSimulate(workload, options, {
    ...kept,
    onProgress: part(options.onProgress, 0, TRIES),
  });
  const { simulator, mapping, tried } = mapped;
  const ideal = new IdealCycles(simulator);
  const onProgress = tried === undefined ? options.onProgress : part(options.onProgress, TRIES, 1);
  const first = ideal.isSimulated ? FIRST_RUN : 1;
  try {
    const played =
      mapped.played ?? ended(simulator.play(mapping, { ...kept, onProgress: part(onProgress, 0, first) }));
    const simulation = detailedOf(simulator, played, ideal.of(played, part(onProgress, first, 1)), options);
    return tried === undefined ? simulation : { ...simulation, tried };
  } finally {
    simulator.release();
    ideal.release();
  }
}

/**
 * Clock cycles of mappings where only MVMs take time: those of the schedule; of a batch layer by layer, or where a result is not out
 * a whole number of intervals after its MVM began, those on a chip without limits.
 */
export class IdealCycles {
  readonly #simulator: Simulator;
  readonly #scheduler: Scheduler;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    this.#scheduler = new Scheduler(simulator.workload);
  }

  /** True where they take a run of their own. */
  get isSimulated(): boolean {
    return this.#simulator.workload.architecture.given.chip !== undefined && !this.#isSchedule;
  }

  /** Gives back the memory of the engines. */
  release(): void {
    this.#scheduler.release();
  }

  /** True where they are cycles of a schedule, times those of an interval. */
  get #isSchedule(): boolean {
    const { workload, batch, scheduling } = this.#simulator;
    const { resultCycles, mvmCycles, mvmIntervalCycles } = workload.architecture;
    // Layer by layer inferences of a batch overlap in a simulation only.
    const isOverlapped = scheduling === 'lbl' && batch > 1;
    return !isOverlapped && mvmCycles === resultCycles * mvmIntervalCycles;
  }

  of({ mapping, run }: Played, onProgress?: OnProgress): number {
    const { workload, scheduling, batch, how } = this.#simulator;
    const { given, clockNs, mvmIntervalCycles } = workload.architecture;
    // Without figures of a chip everything is free, and this is the run.
    if (given.chip === undefined) return run.cycles;
    // Writing takes clock cycles, which may be no whole number of a schedule's.
    if (this.#isSchedule && mapping.rounds === undefined)
      return this.#scheduler.cycles(mapping, { scheduling, batch }) * mvmIntervalCycles;
    const free = workload.on({ ...given, chip: { clockNs } });
    const ideal = new Simulator(free, mapping.totalPes, how);
    try {
      return ideal.play(mapping, { onProgress }).run.cycles;
    } finally {
      ideal.release();
    }
  }
}
