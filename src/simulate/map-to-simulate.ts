import type { NormalArchitecture } from '../architecture/normal-architecture.ts';
import { hasTiles } from '../architecture/normal-chip.ts';
import { hasCode } from '../errors.ts';
import type { Duplication } from '../map/duplicate.ts';
import { TRIED } from '../map/duplication/tried.ts';
import { type Mapping, type MappingOptions, mapTrusted } from '../map/mapping.ts';
import type { OnProgress } from '../progress.ts';
import type { Workload } from '../workload/workload.ts';
import { type Played, type RunOptions, Simulator } from './play/simulator.ts';
import { type TriedCopies, tryCopies } from './tried/try-copies.ts';

/** How a network is mapped to a chip and runs there. */
export interface MapToSimulateOptions extends MappingOptions, RunOptions {}

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
 * Maps what is simulated, which has all weights on the chip at once.
 *
 * @param onProgress Is told how far tries are.
 * @throws ClsaCimError as `mapNetwork` and {@link Simulator} do; where weights could take turns it says that those are only
 * scheduled.
 */
export function mapToSimulate(
  workload: Workload,
  options: MapToSimulateOptions,
  onProgress?: OnProgress,
): MappedToSimulate {
  const { architecture } = workload;
  const duplication = options.duplication ?? defaultDuplication(architecture);
  const mapped = (own: Duplication) => mapAtOnce(workload, { ...options, duplication: own });
  if (duplication !== TRIED) {
    const mapping = mapped(duplication);
    return { simulator: new Simulator(workload, mapping.totalPes, options), mapping, duplication };
  }
  const greedy = mapped('greedy');
  const simulator = new Simulator(workload, greedy.totalPes, options);
  // Where no PEs are left there is nothing to choose from.
  if (greedy.layers.every(({ copies }) => copies === 1)) {
    return { simulator, mapping: greedy, duplication: 'greedy' };
  }
  try {
    const { played, tried } = tryCopies(simulator, mapped, onProgress);
    return { simulator, mapping: played.mapping, duplication, played, tried };
  } catch (error) {
    simulator.release();
    throw error;
  }
}

/** Who gets copies where nothing is said of that. */
export function defaultDuplication({ chip }: NormalArchitecture): 'tried' | 'greedy' {
  return hasTiles(chip) ? TRIED : 'greedy';
}

function mapAtOnce({ network, architecture }: Workload, options: MappingOptions): Mapping {
  try {
    return mapTrusted(network, architecture, options);
  } catch (error) {
    if (architecture.writing === undefined || !hasCode(error, 'DOES_NOT_FIT')) throw error;
    throw error.withMessage(`${error.message}; weights in turns are scheduled (schedule), not simulated yet`);
  }
}
