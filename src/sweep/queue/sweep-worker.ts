import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { linesOf } from '../packed-rows.ts';
import { GivenPoints } from '../point-list.ts';
import { Pool } from '../pool.ts';
import { refusals } from './connection.ts';
import { download } from './content.ts';
import { PREFIX, parseChunk, type Result } from './protocol.ts';
import type { ServeOptions } from './serve-options.ts';
import { workerName } from './worker-name.ts';

/** A chunk that has taken its worker down so often fails; it is then run point by point. */
const MOST_TAKEOVERS = 3;
/** Where Redis is away, what is finished cannot be handed over; it is not waited for longer. */
const HAND_OVER_MS = 3000;

/** Works for one sweep, with a pool of threads. */
export class SweepWorker {
  readonly name: string;
  /** Digest of what its points refer to. */
  readonly setup: string;
  readonly #pool: Pool;
  readonly #worker: Worker<unknown, Result>;
  #running = 0;
  #lastBusy = performance.now();

  private constructor(redis: Redis, name: string, setup: string, pool: Pool, options: ServeOptions) {
    this.name = name;
    this.setup = setup;
    this.#pool = pool;
    const { threads, takeoverMs, onFinished } = options;
    this.#worker = new Worker<unknown, Result>(name, (job) => this.#run(job.data), {
      connection: redis,
      prefix: PREFIX,
      name: workerName(threads),
      concurrency: threads,
      lockDuration: takeoverMs,
      stalledInterval: takeoverMs / 2,
      maxStalledCount: MOST_TAKEOVERS,
      skipVersionCheck: true,
    });
    this.#worker.on('error', refusals(options.address, options.notify));
    this.#worker.on('completed', (_, { lines }) => onFinished(lines.length));
  }

  /**
   * Fetches what a sweep is about and starts to work for it.
   *
   * @throws Unservable where that cannot be.
   */
  static async open(redis: Redis, name: string, setup: string, options: ServeOptions): Promise<SweepWorker> {
    const { threads, workerMemoryMib: memoryMib, pointTimeoutS, allowPolicies, notify } = options;
    const content = await download(redis, name, setup, allowPolicies);
    const pool = new Pool(content, threads, { memoryMib, pointTimeoutS, notify });
    return new SweepWorker(redis, name, setup, pool, options);
  }

  /** True where chunks wait, or run somewhere: whoever runs them may die. */
  static async hasWork(redis: Redis, name: string): Promise<boolean> {
    // These lists are BullMQ's; a queue opened for each look would cost more.
    const waiting = await redis.llen(`${PREFIX}:${name}:wait`);
    return waiting > 0 || (await redis.llen(`${PREFIX}:${name}:active`)) > 0;
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** How long nothing has run here. */
  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.#lastBusy;
  }

  /** Finishes what runs, and takes nothing more. */
  async finish(): Promise<void> {
    const closed = this.#worker.close();
    while (this.isBusy) await delay(20);
    await this.#end(closed);
  }

  /** Drops what runs: nobody wants it any more. */
  async drop(): Promise<void> {
    const closed = this.#worker.close();
    await this.#pool.close();
    await this.#end(closed);
  }

  async #end(closed: Promise<void>): Promise<void> {
    await Promise.race([closed.catch(() => {}), delay(HAND_OVER_MS, undefined, { ref: false })]);
    await this.#pool.close();
  }

  async #run(data: unknown): Promise<Result> {
    this.#running++;
    try {
      const { setup, points } = parseChunk(data);
      if (setup !== this.setup) throw new Error('the chunk refers to other contents than its sweep');
      const { rows, milliseconds } = await this.#pool.run(new GivenPoints(points));
      return { setup, lines: linesOf(rows), milliseconds };
    } finally {
      this.#running--;
      this.#lastBusy = performance.now();
    }
  }
}
