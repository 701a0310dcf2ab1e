import * as v from 'valibot';
import { type AnyArchitecture, normalArchitecture } from '../architecture/normal-architecture.ts';
import { checkedLater, type OptionSchemas, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import { expected } from '../input/validate.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type Scheduling, schedulingSchema } from '../schedule/scheduling.ts';
import { batchSchemas } from '../schedule/turn-options.ts';
import { type Granularity, granularitySchema } from '../workload/granularity.ts';
import { prepareTrusted, type Workload } from '../workload/workload.ts';
import type { SimulationGraph } from './model/graph.ts';
import { type RunOptions, Simulator } from './play/simulator.ts';

/** How a network is cut into sets, and how it runs on a chip. */
export interface GraphOptions extends RunOptions {
  /** How OFMs are cut into sets; `pixel` by default, and always under `lbl`. */
  readonly granularity?: Granularity | undefined;
}

/** What the options of a graph have to be. */
export const graphSchemas: OptionSchemas<GraphOptions> = {
  granularity: granularitySchema,
  scheduling: schedulingSchema,
  batch: checkedLater,
  group: batchSchemas.group,
  reload: batchSchemas.reload,
  placement: checkedLater,
  spill: v.union([v.boolean(), v.literal('always')], expected('true, false or always')),
};
const checkedOptions = optionsOf<GraphOptions>('buildGraph', graphSchemas, STEP_OPTIONS);

/**
 * The graph that a simulation plays: sets, what they read of each other, what that moves, and where everything
 * is (docs/simulation.md sections 3 and 4).
 *
 * @throws ClsaCimError where the chip has too few PEs or no way between tiles, an option is out of range, or
 * sets do not fit memory or 32 bits.
 */
export function buildGraph(
  network: Network,
  mapping: Mapping,
  architecture: AnyArchitecture,
  options: GraphOptions = {},
): SimulationGraph {
  const workload = workloadFor(network, architecture, checkedOptions(options));
  return new Simulator(workload, mapping.totalPes, options).graph(mapping);
}

/** What these options run: layer by layer MVM after MVM, whatever the sets. */
export function workloadFor(
  network: Network,
  architecture: AnyArchitecture,
  {
    granularity = 'pixel',
    scheduling,
  }: { granularity?: Granularity | undefined; scheduling?: Scheduling | undefined },
): Workload {
  return prepareTrusted(
    network,
    normalArchitecture(architecture),
    scheduling === 'lbl' ? 'pixel' : granularity,
  );
}
