import { workerData } from 'piscina';
import { useEngineModule } from '../engine/module.ts';
import type { FinishedChunk, Point } from './point.ts';
import { PointRunner, type RunnerSetup } from './point-runner.ts';

/** What a worker thread starts from. */
export interface WorkerData {
  /** Compiled once, by the main thread. */
  readonly module: WebAssembly.Module;
  readonly setup: RunnerSetup;
}

const { module, setup }: WorkerData = workerData;
useEngineModule(module);
const runner = await PointRunner.create(setup);

/** What a worker thread does: a chunk of points. */
export default function run(points: readonly Point[]): FinishedChunk {
  return runner.run(points);
}
