export type { Bottleneck } from './bottleneck.ts';
export { buildGraph, type GraphOptions } from './build-graph.ts';
export type { CriticalRun } from './critical/critical-runs.ts';
export { type CriticalSet, WAIT_CAUSES, type WaitCause } from './critical/critical-set.ts';
export type { DetailedSimulation } from './detailed.ts';
export {
  ENERGY_PARTS,
  type Energy,
  type EnergyCounts,
  type EnergyShare,
  energyOf,
} from './energy/energy.ts';
export {
  type ExplainedSimulation,
  type Explanation,
  explain,
  type Growth,
  type Limit,
  type Skipped,
  simulateAndExplain,
} from './explain/explain.ts';
export type { KeepOptions } from './keep.ts';
export type {
  CopyOfNode,
  InferenceRange,
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
  SimulationTurns,
  SimulationWrite,
} from './model/graph.ts';
export type { NodeSets } from './node-sets.ts';
export type { TileWrite } from './node-writes.ts';
export { optimisedPlacement } from './optimised-placement.ts';
export type { NodePlacement, SimulationMesh } from './placed.ts';
export { bitHops } from './placement/cost.ts';
export { parsePlacement } from './placement/file.ts';
export { isPlacementName, type PlacementName } from './placement/names.ts';
export type { PlacementSearch } from './placement/optimise.ts';
export {
  alongTiles,
  type PlacedCopy,
  type Placement,
  snake,
  type TileShare,
  type Tiles,
} from './placement/placement.ts';
export type { Waits, WriteWaits } from './play/engine.ts';
export type { KeepUse, LinkBins, OffChipBins, RunUse, TileBins } from './play/use.ts';
export { type SimulationOptions, simulate, simulateWorkload, type WorkloadOptions } from './simulate.ts';
export type {
  BufferSimulation,
  InputSimulation,
  LayerSimulation,
  Simulation,
  TileSimulation,
} from './simulation.ts';
export type { LinkUse, NodeUse, SimulationUse, TileUse } from './simulation-use.ts';
export type { SpillTraffic } from './spill/traffic.ts';
export type { TriedRounds } from './tried/trials.ts';
export type { TriedCopies, TriedList } from './tried/try-all.ts';
export type { SimulatedRound, SimulatedTurns } from './turn-figures.ts';
