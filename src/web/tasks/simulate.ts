import type { Network } from '../../network/network.ts';
import { drawingOfSimulation } from '../../picture/drawing.ts';
import { timelineOfSimulation } from '../../picture/simulation-timeline.ts';
import { workloadFor } from '../../simulate/build-graph.ts';
import { simulateAndExplain } from '../../simulate/explain/explain.ts';
import { simulate } from '../../simulate/index.ts';
import { parseGranularity } from '../../workload/granularity.ts';
import type { Configuration } from '../configuration.ts';
import { failureOf } from '../failure.ts';
import type { SimulateAnswer, SimulateRequest, Told } from '../protocol.ts';
import type { Contact } from '../worker.ts';
import { chipOf, mappingOptions } from './chip.ts';
import { networkOf } from './network.ts';

/** The simulations of configurations; one that fails leaves the others alone. */
export async function simulateTask(
  { configurations, explain }: SimulateRequest,
  { report }: Contact,
): Promise<Told<SimulateAnswer>[]> {
  const all: Told<SimulateAnswer>[] = [];
  for (const configuration of configurations) {
    const before = all.length;
    const onProgress = (share: number) => report({ share: (before + share) / configurations.length });
    try {
      all.push({ answer: simulation(configuration, await networkOf(configuration), explain, onProgress) });
    } catch (error) {
      all.push({ failure: failureOf(error, 'simulate') });
    }
  }
  return all;
}

function simulation(
  configuration: Configuration,
  network: Network,
  isExplained: boolean,
  onProgress: (share: number) => void,
): SimulateAnswer {
  const { scheduling, batch, placement } = configuration;
  const chip = chipOf(configuration);
  const options = {
    ...mappingOptions(configuration, network, chip),
    ...{ scheduling, batch, placement, onProgress },
    granularity: parseGranularity(configuration.granularity),
    // What pictures need besides the figures.
    ...{ keepSets: true, keepPlacement: true },
  };
  const { simulation: detailed, ...explained } = isExplained
    ? simulateAndExplain(network, chip, options)
    : { simulation: simulate(network, chip, options) };
  const { sets: _, placement: __, mesh: ___, use: ____, criticalSets: _____, ...simulated } = detailed;
  const timeline = timelineOfSimulation(workloadFor(network, chip, options), detailed);
  return { simulation: simulated, ...explained, timeline, drawing: drawingOfSimulation(detailed), chip };
}
