/**
 * `clsa-cim/core`: all that needs no Node, for browsers and whatever else runs JavaScript. Content comes as bytes or text, and
 * `useEngine` says first where the engine is.
 */
export type { CrossbarFigures } from './architecture/crossbar-figures.ts';
export * from './architecture/index.ts';
export {
  type ComparedFigure,
  type Comparison,
  compareRuns,
  type LayerChange,
  type LayerComparison,
  type LayerFigures,
  type LayerSummary,
  type LayersOfSome,
  type ResultKind,
  type RunFigureName,
  type RunFigures,
  type RunHead,
  type RunSummary,
  summaryOf,
} from './compare/index.ts';
export { Engine, type EngineOptions, type EngineSource } from './engine/engine.ts';
export { useEngine } from './engine/module.ts';
export * from './errors.ts';
export { loadModelBytes } from './load/index.ts';
export type { LoadOptions } from './load/options.ts';
export type { Duplication } from './map/duplicate.ts';
export {
  type DuplicableLayer,
  type DuplicationName,
  type DuplicationPolicy,
  duplicationPolicies,
} from './map/duplication/index.ts';
export { parseDuplication } from './map/duplication-file.ts';
export type { Fit } from './map/fit.ts';
export type { PeOptions } from './map/mapped-layer.ts';
export { type MappedLayer, type Mapping, type MappingOptions, mapNetwork } from './map/mapping.ts';
export type { CrossbarSize } from './map/pe-grid.ts';
export { parseRounds } from './map/rounds-file.ts';
export { pesPerCopy } from './map/tiling.ts';
export { type Bits, type LayerKind, NetworkBuilder, type Operand, type Output } from './network/builder.ts';
export type { AxisOperand } from './network/input-axes.ts';
export type { Factor, Layout } from './network/layout.ts';
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
export type { ResizeOptions } from './network/operators/resize.ts';
export type { ListReads, Reads } from './network/reads.ts';
export type { Arrangement, Tensor, View } from './network/tensor.ts';
export {
  type BatchFigures as SimulatedBatchFigures,
  type EnergyFigures,
  type FigureName,
  type Figures,
  type FiguresByObjective,
  type FoundCopies,
  type FoundPlacement,
  type LatencyFigures,
  type Objective,
  type ObjectiveName,
  type Optimization,
  type OptimizedCopies,
  type OptimizedRound,
  type OptimizedTurns,
  type OptimizeOptions,
  objectives,
  optimize,
  type Search,
  type SearchPolicy,
  type SearchStep,
  type Solution,
  type StoppedBy,
  type ThroughputFigures,
  type TurnOptions,
} from './optimize/index.ts';
export type { Found as ObjectiveResult, Task as ObjectiveTask } from './optimize/objective.ts';
export type { Random } from './optimize/random.ts';
export type { Evaluator as SearchEvaluator, Limits as SearchLimits } from './optimize/search.ts';
export type { Space as SearchSpace } from './optimize/space.ts';
export { drawingOfOptimization, drawingOfSimulation, drawingOfTimeline } from './picture/drawing.ts';
export type * from './picture/index.ts';
export {
  type CopiesOfLayer,
  type GraphNode,
  type NetworkGraph,
  networkGraphOf,
} from './picture/network-graph.ts';
export { timelineOfSchedule } from './picture/schedule-timeline.ts';
export { timelineOfSimulation } from './picture/simulation-timeline.ts';
export type { TimelineOptions } from './picture/timeline-options.ts';
export type { OnProgress } from './progress.ts';
export {
  type InspectedCrossbars,
  type InspectedLayer,
  type InspectedRound,
  type InspectedSlice,
  type Inspection,
  inspection,
} from './report/inspection.ts';
export type { MapOptions } from './schedule/choose-rounds.ts';
export { type ScheduleOptions, schedule } from './schedule/schedule.ts';
export type {
  BatchFigures,
  DetailedSchedule,
  LayerSchedule,
  Schedule,
  ScheduledRound,
  TurnFigures,
} from './schedule/schedule-result.ts';
export { Scheduler, type SchedulerOptions } from './schedule/scheduler.ts';
export type { Scheduling } from './schedule/scheduling.ts';
export { type LayerSets, type Rectangle, rectangle } from './schedule/sets.ts';
export type { Batch, BatchOptions, Reload, Rounds } from './schedule/turn-options.ts';
export { type ScheduledLayer, validateSchedule } from './schedule/validate.ts';
export { validateLayerByLayer } from './schedule/validate-layer-by-layer.ts';
export { validateResult } from './schedule/validate-result.ts';
export {
  alongTiles,
  type Bottleneck,
  type BufferSimulation,
  bitHops,
  buildGraph,
  type CopyOfNode,
  type CriticalRun,
  type CriticalSet,
  type DetailedSimulation,
  type Energy,
  type ExplainedSimulation,
  type Explanation,
  explain,
  type GraphOptions,
  type Growth,
  type InferenceRange,
  type InputSimulation,
  type KeepOptions,
  type KeepUse,
  type LayerSimulation,
  type Limit,
  type LinkBins,
  type LinkUse,
  type NodePlacement,
  type NodeSets,
  type NodeUse,
  type OffChipBins,
  optimisedPlacement,
  type PlacedCopy,
  type Placement,
  type PlacementName,
  type PlacementSearch,
  parsePlacement,
  type RunUse,
  type SimulatedRound,
  type SimulatedTurns,
  type Simulation,
  type SimulationChip,
  type SimulationCopy,
  type SimulationEdge,
  type SimulationGraph,
  type SimulationMesh,
  type SimulationNode,
  type SimulationOptions,
  type SimulationTurns,
  type SimulationUse,
  type SimulationWrite,
  type Skipped,
  simulate,
  simulateAndExplain,
  simulateWorkload,
  snake,
  type TileBins,
  type TileShare,
  type TileSimulation,
  type Tiles,
  type TileUse,
  type TileWrite,
  type TriedCopies,
  type TriedList,
  type TriedRounds,
  WAIT_CAUSES,
  type WaitCause,
  type Waits,
  type WorkloadOptions,
  type WriteWaits,
} from './simulate/index.ts';
export type { PlacementOptions } from './simulate/optimised-placement.ts';
export type { FullBuffer, SimulationDeadlock, WaitingMessage, WaitingSet } from './simulate/play/deadlock.ts';
export {
  type LinkRun,
  type NodeRun,
  type PeWrites,
  type SimulateOptions as PlayOptions,
  type SimulationRun,
  simulateGraph,
  type TileRun,
} from './simulate/play/engine.ts';
export type { RunOptions } from './simulate/play/simulator.ts';
export type { Spilling } from './simulate/spill/spilling.ts';
export type { SpillTraffic } from './simulate/spill/traffic.ts';
export { validateSimulation } from './simulate/validate.ts';
export { type Trace, type TraceOptions, traceOf } from './trace/trace.ts';
export { formatGranularity, type Granularity, parseGranularity, setShape } from './workload/granularity.ts';
export { lower, type Problem } from './workload/problem.ts';
export type { WorkEdge, WorkNode } from './workload/work.ts';
export { type PrepareOptions, prepare, type Workload } from './workload/workload.ts';
export {
  type Published,
  type PublishedSpeedup,
  type ZooDimension,
  type ZooEntry,
  type ZooOptions,
  zoo,
  zooNetwork,
} from './zoo/index.ts';
