import type { Architecture } from '../../architecture/architecture.ts';
import type { Network } from '../../network/network.ts';
import { timelineOfSimulation } from '../../picture/simulation-timeline.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { workloadFor } from '../../simulate/build-graph.ts';
import { type Explanation, simulateAndExplain } from '../../simulate/explain/explain.ts';
import { type DetailedSimulation, simulate } from '../../simulate/index.ts';
import type { KeepOptions } from '../../simulate/keep.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import type { Configuration } from '../configuration.ts';
import { chipOf, mappingOptions } from './chip.ts';
import { networkOf } from './network.ts';

/** A configuration that was simulated. */
export interface SimulationRun {
  readonly network: Network;
  readonly chip: Architecture;
  readonly detailed: DetailedSimulation;
  readonly explanation?: Explanation;
  /** What ran when; where sets and placement were kept. */
  readonly timeline: (mostSets?: number) => Timeline;
}

/** What is told of a simulation besides its figures. */
interface SimulationDetails extends KeepOptions {
  readonly explain: boolean;
  readonly onProgress: (share: number) => void;
}

/**
 * Simulates a configuration as the command line does.
 *
 * @throws ClsaCimError as the command line says it.
 */
export async function runSimulation(
  configuration: Configuration,
  { explain, ...details }: SimulationDetails,
): Promise<SimulationRun> {
  const { scheduling, batch, group, reload, rounds, placement, spill } = configuration;
  const network = await networkOf(configuration);
  const chip = chipOf(configuration);
  const options = {
    ...mappingOptions(configuration, network, chip),
    ...{ scheduling, batch, group, reload, rounds, placement, spill, ...details },
    granularity: parseGranularity(configuration.granularity),
  };
  const { simulation: detailed, ...explained } = explain
    ? simulateAndExplain(network, chip, options)
    : { simulation: simulate(network, chip, options) };
  const timeline = (mostSets?: number) =>
    timelineOfSimulation(workloadFor(network, chip, options), detailed, { mostSets });
  return { network, chip, detailed, ...explained, timeline };
}
