/** The public API of clsa-cim. */
export * from './architecture/index.ts';
export { Engine } from './engine/engine.ts';
export {
  ClsaCimError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorFigures,
  type FileFigures,
  hasCode,
} from './errors.ts';
export type { LoadOptions } from './load/options.ts';
export {
  type DuplicableLayer,
  type DuplicationName,
  type DuplicationPolicy,
  duplicationPolicies,
} from './map/duplication/index.ts';
export { readDuplicationFile } from './map/duplication-file.ts';
export { type MappedLayer, type Mapping, type MappingOptions, mapNetwork } from './map/mapping.ts';
export { pesPerCopy } from './map/tiling.ts';
export { loadModel } from './model.ts';
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
export { SET_COLUMNS, writeSetFile } from './report/set-file.ts';
export { type ScheduleOptions, schedule } from './schedule/schedule.ts';
export type { DetailedSchedule, LayerSchedule, Schedule } from './schedule/schedule-result.ts';
export type { Scheduling } from './schedule/scheduling.ts';
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
  readPlacementFile,
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
export {
  type ChunkRunner,
  type FinishedChunk,
  mergeSweeps,
  type Point,
  PointRunner,
  type RunnerSetup,
  type SweepOptions,
  type SweepResult,
  type SweepSpec,
  type SweepSummary,
  sweep,
} from './sweep/index.ts';
export { formatGranularity, type Granularity, parseGranularity, setShape } from './workload/granularity.ts';
export { lower, type Problem } from './workload/problem.ts';
export { zoo, zooNetwork } from './zoo/index.ts';
