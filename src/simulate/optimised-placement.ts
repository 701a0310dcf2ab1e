import type { AnyArchitecture } from '../architecture/normal-architecture.ts';
import { aWholeNumber, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { type GraphOptions, graphSchemas, workloadFor } from './build-graph.ts';
import type { PlacementSearch } from './placement/optimise.ts';
import { Simulator } from './play/simulator.ts';

/** How the network runs, and how a placement for that is searched. */
export type PlacementOptions = Omit<GraphOptions, 'placement'> & PlacementSearch;

const { placement: _, ...others } = graphSchemas;
const checkedOptions = optionsOf<PlacementOptions>(
  'optimisedPlacement',
  { ...others, seed: aWholeNumber },
  STEP_OPTIONS,
);

/**
 * The order in which copies take tiles such that fewer bits go over fewer links than along the snake; the snake
 * where nothing better is found. It is what the placement `optimised` finds with seed 1, to keep, to change or to
 * give as the option `placement`.
 *
 * @throws ClsaCimError as `buildGraph` does, and where the seed is no whole number.
 */
export function optimisedPlacement(
  network: Network,
  mapping: Mapping,
  architecture: AnyArchitecture,
  options: PlacementOptions = {},
): readonly number[] {
  const { scheduling, batch, seed } = checkedOptions(options);
  const workload = workloadFor(network, architecture, options);
  return new Simulator(workload, mapping.totalPes, { scheduling, batch }).optimisedOrder(mapping, { seed });
}
