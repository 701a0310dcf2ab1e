import type { ChunkRunner, FinishedRows } from './chunk-runner.ts';
import type { Journal } from './journal.ts';
import type { PackedRows } from './packed-rows.ts';
import type { SweepPlan } from './plan.ts';
import { GridPoints } from './point-list.ts';
import type { Tabulated } from './tabulator.ts';

/** A chunk shall take so long where it runs: messages then cost nothing, and little is lost where all is killed. */
const CHUNK_MS = 100;
const FIRST_CHUNK = 4;
const MAX_CHUNK = 512;
/** Chunks per worker that are under way, so that none waits for the main thread. */
const CHUNKS_AHEAD = 2;
/** So many points that were finished before are told at once. */
const SKIPPED_POINTS = 4096;

/** Points that are finished, and their rows; without these they were finished before. */
export interface Finished {
  readonly points: GridPoints;
  readonly rows?: PackedRows;
  /** What they come to in tables, where that is known. */
  readonly tabulated?: Tabulated | undefined;
}

/**
 * Runs the points of a plan that the journal does not have yet, and appends each to it before it is told. The order
 * is that in which they are finished.
 *
 * @throws ClsaCimError where the journal cannot be written; the reason of `signal` where that is aborted.
 */
export async function* runPoints(
  plan: SweepPlan,
  journal: Pick<Journal, 'size' | 'has' | 'append'>,
  runner: ChunkRunner,
  signal?: AbortSignal,
): AsyncGenerator<Finished> {
  const chunks = new Chunks(plan, journal, runner);
  const running = new Set<Promise<Running>>();
  for (;;) {
    signal?.throwIfAborted();
    while (running.size < runner.workers * CHUNKS_AHEAD) {
      const points = chunks.next();
      if (points.length === 0) break;
      const chunk: Promise<Running> = runner.run(points).then((finished) => ({ chunk, points, finished }));
      // What is dropped may fail without anybody waiting for it.
      chunk.catch(() => {});
      running.add(chunk);
    }
    const skipped = chunks.skipped();
    if (skipped.length > 0) {
      yield { points: skipped };
      // So that signals are seen.
      await new Promise(setImmediate);
      continue;
    }
    if (running.size === 0) return;
    const { chunk, points, finished } = await firstOf(running, signal);
    running.delete(chunk);
    chunks.took(points.length, finished.milliseconds);
    journal.append(finished.rows);
    runner.written?.(finished);
    yield { points, rows: finished.rows, tabulated: finished.tabulated };
  }
}

interface Running {
  readonly chunk: Promise<Running>;
  readonly points: GridPoints;
  readonly finished: FinishedRows;
}

/** Cuts the points that are left into chunks that take about as long as the runner wants. */
class Chunks {
  readonly #plan: SweepPlan;
  readonly #indices: Iterator<number>;
  readonly #journal: Pick<Journal, 'has'>;
  /** Where nothing was finished before, nothing is looked up: keys are made where points run. */
  readonly #isNew: boolean;
  readonly #runner: ChunkRunner;
  #left: number;
  #size = FIRST_CHUNK;
  #skipped: number[] = [];

  constructor(plan: SweepPlan, journal: Pick<Journal, 'size' | 'has'>, runner: ChunkRunner) {
    this.#plan = plan;
    this.#indices = plan.indices()[Symbol.iterator]();
    this.#left = plan.count;
    this.#journal = journal;
    this.#isNew = journal.size === 0;
    this.#runner = runner;
  }

  /** The next chunk; empty at the end, or where so many points were finished before that it is time to tell. */
  next(): GridPoints {
    // Towards the end they get smaller, so that all workers end together.
    const size = Math.min(this.#size, Math.ceil(this.#left / (this.#runner.workers * 2 * CHUNKS_AHEAD)));
    const chunk: number[] = [];
    while (chunk.length < size && this.#skipped.length < SKIPPED_POINTS) {
      const { value: index, done } = this.#indices.next();
      if (done) break;
      this.#left--;
      (this.#isFinished(index) ? this.#skipped : chunk).push(index);
    }
    return this.#listOf(chunk);
  }

  #isFinished(index: number): boolean {
    return !this.#isNew && this.#journal.has(this.#plan.maker.at(index).key);
  }

  #listOf(indices: readonly number[]): GridPoints {
    return new GridPoints(this.#plan.maker, Uint32Array.from(indices));
  }

  /** Points that were passed over since they were finished before. */
  skipped(): GridPoints {
    const skipped = this.#skipped;
    this.#skipped = [];
    return this.#listOf(skipped);
  }

  took(points: number, milliseconds: number): void {
    const { chunkMs = CHUNK_MS } = this.#runner;
    const fitting = milliseconds === 0 ? 1 : (points * chunkMs) / milliseconds;
    // Not more than twice as large at once: the points that follow may take longer.
    this.#size = Math.max(1, Math.min(Math.round(fitting), points * 2 + FIRST_CHUNK, MAX_CHUNK));
  }
}

/** The first chunk that is finished, or the reason of the signal. */
async function firstOf(
  running: ReadonlySet<Promise<Running>>,
  signal: AbortSignal | undefined,
): Promise<Running> {
  if (signal === undefined) return Promise.race(running);
  // Made anew every time: a promise that waits for the whole sweep would keep what it was raced with.
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([...running, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
