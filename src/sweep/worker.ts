import { workerData } from 'piscina';
import { useEngine } from '../engine/module.ts';
import type { EncodedRows } from '../files/table.ts';
import type { FinishedRows } from './chunk-runner.ts';
import type { Manifest } from './manifest.ts';
import { moved } from './moved.ts';
import { packRows } from './packed-rows.ts';
import type { Point } from './point.ts';
import { GridPoints, pointsOf, type SentPoints } from './point-list.ts';
import { PointMaker } from './point-maker.ts';
import { PointRunner, type RunnerSetup } from './point-runner.ts';
import { type EncodeTask, type FindTask, type FoundRows, RowBlocks } from './row-blocks.ts';

/** What a worker thread starts from. */
export interface WorkerData {
  /** Compiled once, by the main thread. */
  readonly module: WebAssembly.Module;
  readonly setup: RunnerSetup;
  /** Of the sweep; left out where every point is sent as it is. */
  readonly manifest?: Manifest | undefined;
}

/** What a worker thread does: a chunk of points. */
export interface Task {
  readonly points: SentPoints;
  /** Two words that tell the main thread how far it is: points that were started, and the position of the last one. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

const { module, setup, manifest }: WorkerData = workerData;
useEngine(module);
const runner = await PointRunner.create(setup);
const maker = manifest && new PointMaker(manifest);

export default function run({ points: sent, progress }: Task): FinishedRows {
  const start = performance.now();
  const points = madeOf(sent);
  const { lines } = runner.run(points, (position) => {
    Atomics.store(progress, 1, position);
    Atomics.add(progress, 0, 1);
  });
  const rows = packRows(
    points.map(({ key }) => key),
    lines,
  );
  return moved({ rows, milliseconds: performance.now() - start }, [rows.bytes]);
}

/** What it does of tables once all points are finished. */
export function find(task: FindTask): FoundRows {
  return ownBlocks().find(task);
}

/** See {@link find}. */
export async function encode(task: EncodeTask): Promise<readonly EncodedRows[]> {
  const encoded = await ownBlocks().encode(task);
  return moved(
    encoded,
    encoded.map(({ bytes }) => bytes),
  );
}

let blocks: RowBlocks | undefined;

function ownBlocks(): RowBlocks {
  if (manifest === undefined) throw new Error('tables need the manifest of a sweep');
  if (blocks === undefined) {
    // All points are finished: what they had in common is not needed any more.
    runner.release();
    blocks = new RowBlocks(manifest);
  }
  return blocks;
}

function madeOf(sent: SentPoints): readonly Point[] {
  if (!(sent instanceof Uint32Array)) return sent;
  if (maker === undefined) throw new Error('points of a grid need its manifest');
  return pointsOf(new GridPoints(maker, sent));
}
