export { buildGraph, type GraphOptions } from './build-graph.ts';
export type { CriticalRun, WaitCause } from './critical-path.ts';
export { type Area, areaOf, type Energy, type EnergyCounts, energyOf, readBits, workOf } from './energy.ts';
export { type Explanation, explain, type Growth, type Limit } from './explain.ts';
export type {
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from './graph.ts';
export type { PlacementSearch } from './optimise-placement.ts';
export {
  alongTiles,
  type PlacedCopy,
  type Placement,
  snake,
  type TileShare,
  type Tiles,
} from './placement.ts';
export { bitHops } from './placement-cost.ts';
export { isPlacementName, type PlacementName } from './placement-name.ts';
export { optimisedPlacement } from './placement-search.ts';
export { type LayerSimulation, type Simulation, type SimulationOptions, simulate } from './simulate.ts';
