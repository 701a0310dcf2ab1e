import type { Journal } from './journal.ts';
import type { PlannedPoint, SweepPlan } from './plan.ts';
import type { ChunkRunner, FinishedChunk } from './point.ts';

/** A chunk shall take so long where it runs: messages then cost nothing, and little is lost where all is killed. */
const CHUNK_MS = 100;
const FIRST_CHUNK = 4;
const MAX_CHUNK = 2048;
/** Chunks per worker that are under way, so that none waits for the main thread. */
const CHUNKS_AHEAD = 2;
/** So many points that were finished before are told at once. */
const SKIPPED_POINTS = 4096;

/** Points that are finished, and their rows as JSON; without `lines` they were finished before. */
export interface Finished {
  readonly points: readonly PlannedPoint[];
  readonly lines?: readonly string[];
}

/**
 * Runs the points of a plan that the journal does not have yet, and appends each to it before it is told. The order
 * is that in which they are finished.
 *
 * @throws ClsaCimError where the journal cannot be written; the reason of `signal` where that is aborted.
 */
export async function* runPoints(
  plan: SweepPlan,
  journal: Pick<Journal, 'has' | 'append'>,
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
    journal.append(
      points.map(({ key }) => key),
      finished.lines,
    );
    runner.written?.(finished);
    yield { points, lines: finished.lines };
  }
}

interface Running {
  readonly chunk: Promise<Running>;
  readonly points: readonly PlannedPoint[];
  readonly finished: FinishedChunk;
}

/** Cuts the points that are left into chunks that take about as long as the runner wants. */
class Chunks {
  readonly #points: Iterator<PlannedPoint>;
  readonly #journal: Pick<Journal, 'has'>;
  readonly #runner: ChunkRunner;
  #left: number;
  #size = FIRST_CHUNK;
  #skipped: PlannedPoint[] = [];

  constructor(plan: SweepPlan, journal: Pick<Journal, 'has'>, runner: ChunkRunner) {
    this.#points = plan.points();
    this.#left = plan.count;
    this.#journal = journal;
    this.#runner = runner;
  }

  /** The next chunk; empty at the end, or where so many points were finished before that it is time to tell. */
  next(): PlannedPoint[] {
    // Towards the end they get smaller, so that all workers end together.
    const size = Math.min(this.#size, Math.ceil(this.#left / (this.#runner.workers * 2 * CHUNKS_AHEAD)));
    const chunk: PlannedPoint[] = [];
    while (chunk.length < size && this.#skipped.length < SKIPPED_POINTS) {
      const { value: point, done } = this.#points.next();
      if (done) break;
      this.#left--;
      (this.#journal.has(point.key) ? this.#skipped : chunk).push(point);
    }
    return chunk;
  }

  /** Points that were passed over since they were finished before. */
  skipped(): PlannedPoint[] {
    const skipped = this.#skipped;
    this.#skipped = [];
    return skipped;
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
