import { workerData } from 'piscina';
import { useEngine } from '../engine/module.ts';
import type { FinishedChunk, Point } from './point.ts';
import { PointRunner, type RunnerSetup } from './point-runner.ts';

/** What a worker thread starts from. */
export interface WorkerData {
  /** Compiled once, by the main thread. */
  readonly module: WebAssembly.Module;
  readonly setup: RunnerSetup;
}

/** What a worker thread does: a chunk of points. */
export interface Task {
  readonly points: readonly Point[];
  /** Two words that tell the main thread how far it is: points that were started, and the position of the last one. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

const { module, setup }: WorkerData = workerData;
useEngine(module);
const runner = await PointRunner.create(setup);

export default function run({ points, progress }: Task): FinishedChunk {
  return runner.run(points, (position) => {
    Atomics.store(progress, 1, position);
    Atomics.add(progress, 0, 1);
  });
}
