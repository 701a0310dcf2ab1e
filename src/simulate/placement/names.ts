import { unknownName } from '../../input/nearest.ts';
import type { IndexedGraph } from '../model/graph.ts';
import type { Topology } from '../model/topology.ts';
import { bitHops } from './cost.ts';
import { optimisedOrder, type PlacementSearch } from './optimise.ts';
import { snakeOrder } from './placement.ts';

/** Placements that have a name. */
export const placementNames = ['snake', 'optimised'] as const;

export type PlacementName = (typeof placementNames)[number];

export function isPlacementName(name: string): name is PlacementName {
  return placementNames.some((known) => known === name);
}

/** @throws ClsaCimError where no placement has this name. */
export function checkPlacementName(name: string): void {
  if (isPlacementName(name)) return;
  throw unknownName('no placement is called', name, placementNames, 'usage');
}

/**
 * A graph whose copies lie such that fewer bits go over fewer links than along the snake, or along the snake where
 * nothing better is found; and the order in which they take tiles.
 *
 * @param placed The same graph with copies that take tiles in this order; along the snake by default.
 */
export function optimisedGraph(
  placed: (order?: readonly number[]) => IndexedGraph,
  topology: Topology,
  search?: PlacementSearch,
): { readonly graph: IndexedGraph; readonly order: readonly number[] } {
  const graph = placed();
  const snake = snakeOrder(topology);
  if (topology.tiles === 1) return { graph, order: snake };
  const order = optimisedOrder(graph, snake, search);
  if (order === snake) return { graph, order };
  const optimised = placed(order);
  return bitHops(optimised) < bitHops(graph) ? { graph: optimised, order } : { graph, order: snake };
}
