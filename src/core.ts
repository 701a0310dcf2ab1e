/**
 * `clsa-cim/core`: all that needs no Node, for browsers and whatever else runs JavaScript. Content comes as bytes or text, and
 * `useEngine` says first where the engine is.
 */
export * from './architecture/index.ts';
export { Engine } from './engine/engine.ts';
export { useEngine } from './engine/module.ts';
export { ClsaCimError } from './errors.ts';
export { loadModelBytes } from './load/index.ts';
export type { LoadOptions } from './load/options.ts';
export {
  type DuplicableLayer,
  type DuplicationName,
  type DuplicationPolicy,
  duplicationPolicies,
} from './map/duplication/index.ts';
export { parseDuplication } from './map/duplication-file.ts';
export { type MappedLayer, type Mapping, type MappingOptions, mapNetwork } from './map/mapping.ts';
export { pesPerCopy } from './map/tiling.ts';
export { NetworkBuilder } from './network/builder.ts';
export {
  type BaseLayer,
  baseLayers,
  type Edge,
  type FeatureMap,
  isBase,
  type Layer,
  mvms,
  type Network,
  type WeightMatrix,
} from './network/network.ts';
export * as operators from './network/operators/index.ts';
export type { Reads } from './network/reads.ts';
export type { Tensor } from './network/tensor.ts';
export {
  type Figures,
  type Objective,
  type ObjectiveName,
  type Optimization,
  type OptimizedCopies,
  type OptimizeOptions,
  objectives,
  optimize,
  type Search,
  type SearchPolicy,
  type Solution,
  type StoppedBy,
} from './optimize/index.ts';
export { type InspectedLayer, type Inspection, inspection } from './report/inspection.ts';
export { formatGranularity, type Granularity, parseGranularity, setShape } from './schedule/granularity.ts';
export { lower, type Problem } from './schedule/lower.ts';
export {
  type DetailedSchedule,
  type LayerSchedule,
  type Schedule,
  type ScheduleOptions,
  type Scheduling,
  schedule,
} from './schedule/schedule.ts';
export { type LayerSets, type Rectangle, rectangle } from './schedule/sets.ts';
export { validateSchedule } from './schedule/validate.ts';
export { validateLayerByLayer } from './schedule/validate-layer-by-layer.ts';
export {
  alongTiles,
  type Bottleneck,
  type BufferSimulation,
  bitHops,
  buildGraph,
  type CriticalRun,
  type Energy,
  type Explanation,
  explain,
  type GraphOptions,
  type Growth,
  type LayerSimulation,
  type Limit,
  optimisedPlacement,
  type PlacedCopy,
  type Placement,
  type PlacementName,
  type PlacementSearch,
  parsePlacement,
  type Simulation,
  type SimulationChip,
  type SimulationCopy,
  type SimulationEdge,
  type SimulationGraph,
  type SimulationNode,
  type SimulationOptions,
  type Skipped,
  simulate,
  snake,
  type TileShare,
  type TileSimulation,
  type Tiles,
  type WaitCause,
  type Waits,
} from './simulate/index.ts';
export { zoo, zooNetwork } from './zoo/index.ts';
