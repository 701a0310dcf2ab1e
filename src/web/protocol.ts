import type { Architecture } from '../architecture/architecture.ts';
import type { Optimization } from '../optimize/index.ts';
import type { Drawing } from '../picture/drawing.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { Schedule } from '../schedule/schedule-result.ts';
import type { Explanation, Simulation } from '../simulate/index.ts';
import type { SearchOptions } from './command-line.ts';
import type { Configuration } from './configuration.ts';
import type { FileRequest, ReportAnswer } from './tasks/files.ts';
import type { SweepAnswer, SweepRequest } from './tasks/sweep.ts';

/** What workers do: what is asked, what comes back. A new task is one more line here and in `worker.ts`. */
export interface Tasks {
  /** One configuration or two, side by side. */
  schedule: { ask: readonly Configuration[]; answer: readonly Told<ScheduleAnswer>[] };
  simulate: { ask: SimulateRequest; answer: readonly Told<SimulateAnswer>[] };
  optimize: { ask: OptimizeRequest; answer: OptimizeAnswer };
  sweep: { ask: SweepRequest; answer: SweepAnswer };
  report: { ask: FileRequest; answer: ReportAnswer };
  trace: { ask: FileRequest; answer: readonly string[] };
  drawing: { ask: FileRequest; answer: Drawing };
}

export type TaskName = keyof Tasks;

/** What came of something that may fail by itself. */
export type Told<Answer> = { readonly answer: Answer } | { readonly failure: Failure };

/** An error in the words of the command line. */
export interface Failure {
  /** One line for each mistake. */
  readonly messages: readonly string[];
  /** Sizes that the model leaves open, each with an example. */
  readonly dims?: Readonly<Record<string, number>>;
  /** True where it is no mistake of the user. */
  readonly isBug: boolean;
}

export interface ScheduleAnswer {
  readonly schedule: Schedule;
  readonly timeline: Timeline;
  /** What the chip is, as a file has it. */
  readonly chip: Architecture;
  /** What the loader of the model had to assume. */
  readonly warnings: readonly string[];
}

export interface SimulateRequest {
  readonly configurations: readonly Configuration[];
  readonly explain: boolean;
}

export interface SimulateAnswer {
  readonly simulation: Simulation;
  readonly explanation?: Explanation;
  readonly timeline: Timeline;
  /** Its other pictures. */
  readonly drawing: Drawing;
  readonly chip: Architecture;
}

export interface OptimizeRequest {
  readonly configuration: Configuration;
  readonly options: SearchOptions;
}

export interface OptimizeAnswer {
  readonly optimization: Optimization;
  readonly chip: Architecture;
  /** True where the user has ended the search: it is what was found until then. */
  readonly isStopped: boolean;
}

/** How far a task is. */
export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** The least cost so far, where something is searched for. */
  readonly best?: number;
}

/** From the page to a worker. */
export type ToWorker =
  | { readonly id: number; readonly task: TaskName; readonly ask: Tasks[TaskName]['ask'] }
  | { readonly stop: true };

/** From a worker to the page. */
export type FromWorker =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly told: Told<Tasks[TaskName]['answer']> };
