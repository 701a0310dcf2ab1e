/** `clsa-cim/sweep`: grids of points on worker threads or a queue, their journal and tables. */
import '../node/engine-file.ts';

export type {
  Architecture,
  ArchitectureFields,
  CommonArchitectureFields,
  OneSizeArchitecture,
  SeveralSizesArchitecture,
} from '../architecture/index.ts';
export * from '../errors.ts';
export type * from '../picture/index.ts';
export { drawingOfSweep } from './drawing.ts';
export { type Merged, mergeSweeps } from './merge.ts';
export type { FinishedChunk, Means, Point, Row, Value, Values } from './point.ts';
export { PointRunner, type RunnerSetup } from './point-runner.ts';
export type { PolicyModule } from './policies.ts';
export type { Shard } from './selection.ts';
export type { PlanOptions, SessionOptions } from './session.ts';
export type { SweepSpec } from './spec.ts';
export type { ModelSummary, SummaryPoint, SweepSummary } from './summary.ts';
export { type SweepOptions, type SweepResult, sweep } from './sweep.ts';
