import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { oneLine, show } from '../../input/show.ts';
import { engineIdentity } from '../engine-identity.ts';
import { connect, refusals } from './connection.ts';
import { Unservable } from './content.ts';
import { isQueueName, parseEntry, SWEEPS, type SweepEntry, shortEngine } from './protocol.ts';
import { removeRemains } from './queue-runner.ts';
import type { ServeOptions } from './serve-options.ts';
import { SweepWorker } from './sweep-worker.ts';

/** How often it is looked which sweeps there are. */
const LOOK_MS = 500;
/** A sweep without work for so long is left for another one. */
const IDLE_MS = 2000;

/**
 * Works for sweeps in a queue until it is told to stop: for the one that was started first as long as that has work.
 * What runs when it is stopped is finished.
 *
 * @throws ClsaCimError where Redis cannot be reached, or has work only for other versions of the engine.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const connection = await connect(options.address, options.notify);
  const server = new Server(connection.redis, options);
  try {
    await server.run();
  } finally {
    await server.close();
    connection.close();
  }
}

class Server {
  readonly #redis: Redis;
  readonly #options: ServeOptions;
  readonly #complain: (error: unknown) => void;
  readonly #engine = engineIdentity();
  readonly #refused = new Set<string>();
  /** What was told of sweeps that were passed over. */
  readonly #told = new Set<string>();
  #worker: SweepWorker | undefined;
  /** Since when it works for no sweep. */
  #freeSince = performance.now();

  constructor(redis: Redis, options: ServeOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#complain = refusals(options.address, options.notify);
  }

  async run(): Promise<void> {
    const { signal, idleMs } = this.#options;
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      await unlessAborted(this.#look(isFirst), signal).catch((error: unknown) => {
        if (error instanceof ClsaCimError) throw error;
        this.#complain(error);
      });
      if (idleMs !== undefined && this.#idleMs() > idleMs) return;
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** How long nothing has run. */
  #idleMs(): number {
    return this.#worker?.idleMs ?? performance.now() - this.#freeSince;
  }

  async close(): Promise<void> {
    await this.#worker?.finish();
  }

  async #look(isFirst: boolean): Promise<void> {
    const sweeps = await this.#redis.hgetall(SWEEPS);
    const own: [string, SweepEntry][] = [];
    for (const [name, json] of Object.entries(sweeps)) {
      const entry = parseEntry(json);
      if (entry === undefined) this.#passOver(name, 'its entry is of another kind than this version knows');
      else if (entry.engine !== this.#engine) this.#refuse(entry.engine);
      else if (!isQueueName(name)) this.#passOver(name, 'no sweep of this version is called so');
      else own.push([name, entry]);
    }
    if (isFirst && own.length === 0 && this.#refused.size > 0) {
      const [theirs = ''] = this.#refused;
      throw new ClsaCimError(
        `the queue has work for engine ${shortEngine(theirs)}, and this is ${shortEngine(this.#engine)}; install the same ` +
          'version of clsa-cim on both sides',
      );
    }
    await this.#serve(own.toSorted(([, a], [, b]) => a.startedAt - b.startedAt));
  }

  #passOver(name: string, reason: string): void {
    const message = `the sweep ${show(oneLine(name))} is passed over: ${reason}`;
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#options.notify(message);
  }

  #refuse(engine: string): void {
    if (this.#refused.has(engine)) return;
    this.#refused.add(engine);
    this.#options.notify(
      `a sweep of engine ${shortEngine(engine)} is left alone, since this is ${shortEngine(this.#engine)}; ` +
        'start workers of that version for it',
    );
  }

  /** Starts, goes on or changes: to the first sweep that has work. */
  async #serve(sweeps: readonly [string, SweepEntry][]): Promise<void> {
    const current = sweeps.find(
      ([name, { setup }]) => name === this.#worker?.name && setup === this.#worker.setup,
    );
    if (this.#worker !== undefined && current === undefined) {
      const dropped = this.#worker;
      this.#worker = undefined;
      this.#freeSince = performance.now() - dropped.idleMs;
      await dropped.drop();
      await removeRemains(this.#redis, dropped.name);
    }
    if (this.#worker !== undefined && this.#worker.idleMs < IDLE_MS) return;
    for (const [name, entry] of sweeps) {
      if (name === this.#worker?.name) continue;
      if (!(await SweepWorker.hasWork(this.#redis, name))) continue;
      const next = await this.#opened(name, entry.setup);
      if (next === undefined) continue;
      const left = this.#worker;
      this.#worker = next;
      await left?.finish();
      return;
    }
  }

  /** A worker for a sweep; where it cannot be served, the next one is looked at. */
  async #opened(name: string, setup: string): Promise<SweepWorker | undefined> {
    try {
      return await SweepWorker.open(this.#redis, name, setup, this.#options);
    } catch (error) {
      if (!(error instanceof Unservable)) throw error;
      // A sweep that has just ended takes its contents with it.
      if ((await this.#redis.hexists(SWEEPS, name)) === 1) this.#passOver(name, error.message);
      return undefined;
    }
  }
}

/** A promise, or nothing more once it is told to stop: Redis may be away for long. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {});
  let onAbort = () => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
