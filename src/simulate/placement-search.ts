import type { Architecture } from '../architecture/architecture.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Network } from '../network/network.ts';
import { buildGraph, type GraphOptions } from './build-graph.ts';
import type { PlacementSearch } from './optimise-placement.ts';
import { optimisedGraph } from './placement-name.ts';
import { topologyOf } from './topology.ts';

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
  architecture: Architecture,
  options: Omit<GraphOptions, 'placement'> & PlacementSearch = {},
): readonly number[] {
  const placed = (order?: readonly number[]) =>
    buildGraph(network, mapping, architecture, { ...options, placement: order });
  return optimisedGraph(placed, topologyOf(architecture, mapping.totalPes), options).order;
}
