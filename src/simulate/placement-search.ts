import {
  type AnyArchitecture,
  type NormalArchitecture,
  normalArchitecture,
} from '../architecture/normal-architecture.ts';
import { checkedLater, optionsOf, STEP_OPTIONS } from '../input/options.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { buildTrusted, type GraphOptions, graphSchemas } from './build-graph.ts';
import type { PlacementSearch } from './optimise-placement.ts';
import { optimisedGraph } from './placement-name.ts';
import { topologyOf } from './topology.ts';

/** How the network runs, and how a placement for that is searched. */
export type PlacementOptions = Omit<GraphOptions, 'placement'> & PlacementSearch;

const { placement: _, ...others } = graphSchemas;
const checkedOptions = optionsOf<PlacementOptions>(
  'optimisedPlacement',
  { ...others, seed: checkedLater },
  STEP_OPTIONS,
);

/**
 * The order in which copies take tiles such that fewer bits go over fewer links than along the snake; the snake
 * where nothing better is found. It is what the placement `optimised` finds with seed 1, to keep, to change or to
 * give as the option `placement`.
 *
 * @throws ClsaCimError as `buildGraph` does.
 */
export function optimisedPlacement(
  network: Network,
  mapping: Mapping,
  architecture: AnyArchitecture,
  options: PlacementOptions = {},
): readonly number[] {
  return placementTrusted(network, mapping, normalArchitecture(architecture), checkedOptions(options));
}

/** {@link optimisedPlacement} for options that were checked where they came in, among others. */
export function placementTrusted(
  network: Network,
  mapping: Mapping,
  architecture: NormalArchitecture,
  options: PlacementOptions,
): readonly number[] {
  const placed = (order?: readonly number[]) =>
    buildTrusted(network, mapping, architecture, { ...options, placement: order });
  return optimisedGraph(placed, topologyOf(architecture, mapping.totalPes), options).order;
}
