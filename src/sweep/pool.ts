import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import { engineModule } from '../engine/module.ts';
import { ClsaCimError } from '../errors.ts';
import type { EncodedRows } from '../files/table.ts';
import { oneLine, show } from '../input/show.ts';
import type { ChunkRunner, FinishedRows } from './chunk-runner.ts';
import type { Manifest } from './manifest.ts';
import { joinRows, type PackedRows, packRows } from './packed-rows.ts';
import type { Means, Point, Row } from './point.ts';
import type { PointList } from './point-list.ts';
import type { RunnerSetup } from './point-runner.ts';
import type { BlockThreads, EncodeTask, FindTask, FoundRows } from './row-blocks.ts';
import type { Task, WorkerData } from './worker.ts';

/** JavaScript memory of a worker if nothing else is asked for; the Wasm memory of a point comes on top (docs/sweep.md). */
export const WORKER_MEMORY_MIB = 1024;

/** Time for one point if nothing else is asked for. */
export const POINT_TIMEOUT_S = 3600;

/** Of this memory, for what lives shortly: with little of it, the collector takes the cores that workers need. */
const YOUNG_MEMORY_MIB = 48;

/** A thread may take so long until it starts with its first point. */
const START_MS = 60_000;
/** So many threads, besides one of each, may end before they start with a point. */
const MOST_FAILED_STARTS = 3;
/** How often it is looked how far threads are. */
const LOOK_MS = 250;
/** A point that takes longer is told of, once. */
const LONG_MS = 60_000;

export interface PoolOptions {
  /** JavaScript memory of a thread, in MiB. One that needs more is replaced by a new one. */
  readonly memoryMib?: number | undefined;
  /** Time for one point. A thread that takes longer is replaced by a new one. */
  readonly pointTimeoutS?: number | undefined;
  /** Of the sweep whose points are sent by their numbers. */
  readonly manifest?: Manifest | undefined;
  /** Whether tables are going to be made of the rows of its points as they are finished. */
  readonly isTabulated?: boolean | undefined;
  /** Told, once, of a point that takes long. */
  readonly notify?: ((message: string) => void) | undefined;
}

/** A chunk that is at a thread. */
interface Running {
  readonly points: PointList;
  readonly progress: Int32Array<SharedArrayBuffer>;
  readonly abort: AbortController;
  /** Points started when it was looked last, and when that was other. */
  started: number;
  since: number;
}

/** Worker threads, as a runner of chunks. */
export class Pool implements ChunkRunner {
  readonly workers: number;
  readonly means: Required<Means>;
  readonly #setup: RunnerSetup;
  readonly #manifest: Manifest | undefined;
  readonly #isTabulated: boolean;
  readonly #notify: (message: string) => void;
  readonly #running = new Set<Running>();
  /** Chunks that wait for a thread: the clock of a point must not run meanwhile. */
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #looking: NodeJS.Timeout | undefined;
  #isToldOfLong = false;
  /** Threads that have ended, one after the other, before they started with a point. */
  #failedStarts = 0;
  /** Started with the first chunk: where all is finished there is none. */
  #piscina:
    | Piscina<Task | FindTask | EncodeTask, FinishedRows | FoundRows | readonly EncodedRows[]>
    | undefined;
  #isClosed = false;

  /** @param workers Threads. */
  constructor(setup: RunnerSetup, workers: number, options: PoolOptions = {}) {
    const { memoryMib = WORKER_MEMORY_MIB, pointTimeoutS = POINT_TIMEOUT_S, notify = () => {} } = options;
    this.workers = workers;
    this.#free = workers;
    this.means = { memoryMib, seconds: pointTimeoutS };
    this.#setup = setup;
    this.#manifest = options.manifest;
    this.#isTabulated = options.isTabulated === true;
    this.#notify = notify;
  }

  /**
   * A chunk whose worker has died is run again point by point, so that only the point that is to blame fails; of one
   * that takes too long it is known which.
   *
   * @throws ClsaCimError where threads do not start.
   */
  async run(points: PointList): Promise<FinishedRows> {
    const start = performance.now();
    const progress = new Int32Array(new SharedArrayBuffer(8));
    try {
      const finished = await this.#runOnce(points, progress);
      this.#failedStarts = 0;
      return finished;
    } catch (error) {
      if (this.#isClosed) throw error;
      if (Atomics.load(progress, 0) === 0) {
        this.#countFailedStart(error);
        return this.run(points);
      }
      const isKnown = points.length === 1 || isAbort(error);
      const rows = isKnown
        ? await this.#runOthers(points, Atomics.load(progress, 1), error)
        : await this.#runParts(
            points,
            [...positionsIn(points)].map((position) => [position]),
          );
      return { rows, milliseconds: performance.now() - start };
    }
  }

  /** Runs all points but the one that is to blame. */
  async #runOthers(points: PointList, position: number, error: unknown): Promise<PackedRows> {
    const row = this.#failed(points.at(position), error);
    const failed = packRows([row.key], [JSON.stringify(row)]);
    const all = [...positionsIn(points)];
    const before = await this.#runParts(points, [all.slice(0, position)]);
    const behind = await this.#runParts(points, [all.slice(position + 1)]);
    return joinRows([before, failed, behind]);
  }

  async #runParts(points: PointList, parts: readonly (readonly number[])[]): Promise<PackedRows> {
    const rows: PackedRows[] = [];
    for (const positions of parts) {
      if (positions.length > 0) rows.push((await this.run(points.pick(positions))).rows);
    }
    return joinRows(rows);
  }

  /** What threads do of tables while no chunk runs; it fails where a thread ends. */
  get blocks(): BlockThreads {
    return {
      find: (task) => this.#started().run(task, { name: 'find' }) as Promise<FoundRows>,
      encode: (task) => this.#started().run(task, { name: 'encode' }) as Promise<readonly EncodedRows[]>,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    for (const go of this.#waiting.splice(0)) go();
    await this.#piscina?.destroy();
  }

  async #runOnce(points: PointList, progress: Int32Array<SharedArrayBuffer>): Promise<FinishedRows> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go) => this.#waiting.push(go));
    if (this.#isClosed) throw new Error('the workers are closed');
    const abort = new AbortController();
    const running: Running = { points, progress, abort, started: 0, since: performance.now() };
    this.#running.add(running);
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref();
    try {
      const task = { points: points.sent, progress };
      return (await this.#started().run(task, { signal: abort.signal })) as FinishedRows;
    } finally {
      this.#running.delete(running);
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #countFailedStart(error: unknown): void {
    if (++this.#failedStarts < this.workers + MOST_FAILED_STARTS) return;
    const reason = isAbort(error) ? 'they end, or say nothing' : messageOf(error);
    throw new ClsaCimError(
      `worker threads do not start: ${reason}; look at the policies, or at limits of the system`,
    );
  }

  /** Looks how far threads are, and stops those that take too long. */
  #look(): void {
    const now = performance.now();
    for (const running of this.#running) {
      const started = Atomics.load(running.progress, 0);
      if (started !== running.started) {
        running.started = started;
        running.since = now;
      }
      const elapsed = now - running.since;
      if (elapsed > (started === 0 ? START_MS : this.means.seconds * 1000)) running.abort.abort();
      else if (started > 0 && elapsed > LONG_MS) this.#tellOfLong(running);
    }
  }

  #tellOfLong({ points, progress }: Running): void {
    if (this.#isToldOfLong) return;
    this.#isToldOfLong = true;
    const { parameters } = points.at(Atomics.load(progress, 1));
    const what = Object.entries(parameters).map(([name, value]) => `${name} ${show(value)}`);
    this.#notify(
      `a point takes more than ${LONG_MS / 1000} s (${what.join(', ')}); it is given up after ${this.means.seconds} s ` +
        '(--point-timeout)',
    );
  }

  #started(): Piscina<Task | FindTask | EncodeTask, FinishedRows | FoundRows | readonly EncodedRows[]> {
    if (this.#piscina === undefined) {
      this.#piscina = new Piscina({
        filename: workerUrl().href,
        minThreads: this.workers,
        maxThreads: this.workers,
        recordTiming: false,
        workerData: {
          module: engineModule(),
          setup: this.#setup,
          manifest: this.#manifest,
          isTabulated: this.#isTabulated,
        } satisfies WorkerData,
        resourceLimits: {
          maxOldGenerationSizeMb: this.means.memoryMib,
          maxYoungGenerationSizeMb: YOUNG_MEMORY_MIB,
        },
      });
      // A thread that fails between two chunks is replaced, and nothing is lost.
      this.#piscina.on('error', () => {});
      this.#piscina.on('workerDestroy', () => setImmediate(() => this.#lookForThreads()));
    }
    return this.#piscina;
  }

  /** Piscina lets a chunk wait for ever whose thread has ended before it was ready. */
  #lookForThreads(): void {
    if (this.#isClosed || this.#piscina === undefined || this.#piscina.threads.length > 0) return;
    for (const { progress, abort } of this.#running) if (Atomics.load(progress, 0) === 0) abort.abort();
  }

  #failed({ key, parameters }: Point, error: unknown): Row {
    const { memoryMib, seconds } = this.means;
    if (isAbort(error)) {
      const reason = `it takes more than ${seconds} s; give it more with --point-timeout`;
      return { key, parameters, error: reason, retry: { seconds } };
    }
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      const reason = `its worker ran out of memory (${memoryMib} MiB); give it more with --worker-memory`;
      return { key, parameters, error: reason, retry: { memoryMib } };
    }
    return { key, parameters, error: `its worker ended: ${messageOf(error)}` };
  }
}

function positionsIn(points: PointList): IterableIterator<number> {
  return new Array(points.length).keys();
}

function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** True for what a chunk that was stopped fails with. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The file that workers run, in the package that was built, from sources and from `dist` alike. */
function workerUrl(): URL {
  const root = pathToFileURL(createRequire(import.meta.url).resolve('clsa-cim/package.json'));
  return new URL('dist/src/sweep/worker.js', root);
}
