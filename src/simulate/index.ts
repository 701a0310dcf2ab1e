export type { Bottleneck } from './bottleneck.ts';
export { buildGraph, type GraphOptions } from './build-graph.ts';
export type { CriticalRun, WaitCause } from './critical-runs.ts';
export {
  ENERGY_PARTS,
  type Energy,
  type EnergyCounts,
  type EnergyShare,
  energyOf,
} from './energy.ts';
export type { Waits } from './engine.ts';
export {
  type ExplainedSimulation,
  type Explanation,
  explain,
  type Growth,
  type Limit,
  type Skipped,
  simulateAndExplain,
} from './explain.ts';
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
export { parsePlacement } from './placement-file.ts';
export { isPlacementName, type PlacementName } from './placement-name.ts';
export { optimisedPlacement } from './placement-search.ts';
export { type SimulationOptions, simulate, simulateWorkload, type WorkloadOptions } from './simulate.ts';
export type { BufferSimulation, LayerSimulation, Simulation, TileSimulation } from './simulation.ts';
