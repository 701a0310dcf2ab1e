import { workerData } from 'node:worker_threads';
import { useEngine } from '../engine/module.ts';
import type { EncodedRows } from '../files/table.ts';
import type { FinishedRows } from './chunk-runner.ts';
import type { Manifest } from './manifest.ts';
import { packRows } from './packed-rows.ts';
import type { Point, Row } from './point.ts';
import { GridPoints, pointsOf, type SentPoints } from './point-list.ts';
import { PointMaker } from './point-maker.ts';
import { PointRunner, type RunnerSetup } from './point-runner.ts';
import { type EncodeTask, type FindTask, type FoundRows, RowBlocks } from './row-blocks.ts';
import { Tabulator } from './tabulator.ts';

/** What a worker thread starts from. */
export interface WorkerData {
  /** Compiled once, by the main thread. */
  readonly module: WebAssembly.Module;
  readonly setup: RunnerSetup;
  /** Of the sweep; left out where every point is sent as it is. */
  readonly manifest?: Manifest | undefined;
  /** Whether tables are going to be made of the rows of points as they are finished. */
  readonly isTabulated: boolean;
}

/** What a worker thread does: a chunk of points. */
export interface Task {
  readonly points: SentPoints;
  /** Two words that tell the main thread how far it is: points that were started, and the position of the last one. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

const { module, setup, manifest, isTabulated }: WorkerData = workerData;
useEngine(module);
/** Not waited for here: modules that wait cannot be required, which Piscina tries first, and are put into more files. */
const made = PointRunner.create(setup);
const maker = manifest && new PointMaker(manifest);
const tabulator = manifest && isTabulated ? new Tabulator(manifest) : undefined;

export default async function run({ points: sent, progress }: Task): Promise<FinishedRows> {
  const runner = await made;
  const start = performance.now();
  const points = madeOf(sent);
  const found: Row[] = [];
  const onStart = (position: number) => {
    Atomics.store(progress, 1, position);
    Atomics.add(progress, 0, 1);
  };
  const onRow = (row: Row, position: number) => {
    found[position] = row;
  };
  const { lines } = runner.run(points, onStart, tabulator && onRow);
  const tabulated = tabulator?.tabulate(points.length, (position) => found[position]!);
  const rows = packRows(
    points.map(({ key }) => key),
    lines,
  );
  return { rows, tabulated, milliseconds: performance.now() - start };
}

/** What it does of tables once all points are finished. */
export async function find(task: FindTask): Promise<FoundRows> {
  return (await ownBlocks()).find(task);
}

/** See {@link find}. */
export async function encode(task: EncodeTask): Promise<readonly EncodedRows[]> {
  return (await ownBlocks()).encode(task);
}

let blocks: RowBlocks | undefined;

async function ownBlocks(): Promise<RowBlocks> {
  if (manifest === undefined) throw new Error('tables need the manifest of a sweep');
  if (blocks === undefined) {
    // All points are finished: what they had in common is not needed any more.
    (await made).release();
    blocks = new RowBlocks(manifest);
  }
  return blocks;
}

function madeOf(sent: SentPoints): readonly Point[] {
  if (!(sent instanceof Uint32Array)) return sent;
  if (maker === undefined) throw new Error('points of a grid need its manifest');
  return pointsOf(new GridPoints(maker, sent));
}
