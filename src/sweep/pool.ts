import { Piscina } from 'piscina';
import { engineModule } from '../engine/module.ts';
import { oneLine } from '../input/show.ts';
import type { ChunkRunner, FinishedChunk, Point, Row } from './point.ts';
import type { RunnerSetup } from './point-runner.ts';
import type { WorkerData } from './worker.ts';

/** JavaScript memory of a worker if nothing else is asked for; the Wasm memory of a point comes on top (docs/sweep.md). */
export const WORKER_MEMORY_MIB = 1024;

/** Of this memory, for what lives shortly: with little of it, the collector takes the cores that workers need. */
const YOUNG_MEMORY_MIB = 96;

/** Worker threads, as a runner of chunks. */
export class Pool implements ChunkRunner {
  readonly workers: number;
  readonly #memoryMib: number;
  readonly #setup: RunnerSetup;
  /** Started with the first chunk: where all is finished there is none. */
  #piscina: Piscina<readonly Point[], FinishedChunk> | undefined;
  #isClosed = false;

  /**
   * @param workers Threads.
   * @param memoryMib JavaScript memory of each, in MiB. One that needs more is replaced by a new one.
   */
  constructor(setup: RunnerSetup, workers: number, memoryMib = WORKER_MEMORY_MIB) {
    this.workers = workers;
    this.#memoryMib = memoryMib;
    this.#setup = setup;
  }

  /** A chunk whose worker has died is run again point by point, so that only the point that is to blame fails. */
  async run(points: readonly Point[]): Promise<FinishedChunk> {
    try {
      return await this.#started().run(points);
    } catch (error) {
      if (this.#isClosed) throw error;
      if (points.length === 1)
        return { lines: [JSON.stringify(this.#failed(points[0]!, error))], milliseconds: 0 };
    }
    const start = performance.now();
    const lines: string[] = [];
    for (const point of points) lines.push(...(await this.run([point])).lines);
    return { lines, milliseconds: performance.now() - start };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#piscina?.destroy();
  }

  #started(): Piscina<readonly Point[], FinishedChunk> {
    this.#piscina ??= new Piscina({
      filename: workerUrl().href,
      minThreads: this.workers,
      maxThreads: this.workers,
      workerData: { module: engineModule(), setup: this.#setup } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMib, maxYoungGenerationSizeMb: YOUNG_MEMORY_MIB },
    });
    return this.#piscina;
  }

  #failed({ key, parameters }: Point, error: unknown): Row {
    const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const reason = isMemory
      ? `its worker ran out of memory (${this.#memoryMib} MiB); give it more with --worker-memory`
      : `its worker ended: ${oneLine(error instanceof Error ? error.message : String(error))}`;
    return { key, parameters, error: reason };
  }
}

/** The file that workers run: beside this one; from TypeScript sources the one that was built of them. */
function workerUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../dist/src/sweep/worker.js' : './worker.js', import.meta.url);
}
