import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import type { ChunkRunner, FinishedRows } from '../chunk-runner.ts';
import { joinRows, packRows } from '../packed-rows.ts';
import type { FinishedChunk, Point, Row } from '../point.ts';
import { GivenPoints, type PointList, pointsOf } from '../point-list.ts';
import type { QueueAddress } from './address.ts';
import type { Claim } from './claim.ts';
import { type Connection, type Notify, refusals } from './connection.ts';
import { type Contents, missingContents, upload } from './content.ts';
import {
  type Chunk,
  contentKey,
  isQueueName,
  keyOfLine,
  PREFIX,
  parseEntry,
  parseResult,
  queueName,
  SWEEPS,
  type SweepEntry,
} from './protocol.ts';
import { threadsOf } from './worker-name.ts';

/** Threads that are reckoned with where fewer are there, so that chunks wait for those that come. */
const LEAST_WORKERS = 2;
/** Chunks in Redis are bounded by twice this. */
const MOST_WORKERS = 512;
/** How often finished chunks are looked for. */
const POLL_MS = 30;
/** How often it is made sure that Redis still has what it was given, and who works. */
const CHECK_MS = 1000;
/** Without a worker for so long, the user is told. */
const PATIENCE_MS = 5000;
/** Redis has so long to forget the sweep in the end. */
const CLEAN_MS = 3000;
/** What a sweep has left in Redis that was never gone on with is removed after so long. */
const FORGET_MS = 7 * 24 * 3600 * 1000;
const SEEN_MS = 60_000;

/** A chunk that was given away. */
interface Sent {
  readonly points: readonly Point[];
  readonly finish: (chunk: FinishedRows) => void;
  readonly fail: (error: Error) => void;
  /** True once its results are here; Redis keeps them until they are in the journal. */
  isTaken: boolean;
}

export interface QueueRunnerOptions {
  readonly address: QueueAddress;
  readonly connection: Connection;
  /** To the directory of the results: the same id after a restart, and no other one's. */
  readonly claim: Claim;
  readonly engine: string;
  readonly contents: Contents;
  readonly notify: Notify;
}

/**
 * A runner of chunks that puts them into a queue in Redis (BullMQ), for workers anywhere. Redis keeps the results until
 * they are in the journal; whatever it loses is sent again, so nothing depends on it but speed.
 */
export class QueueRunner implements ChunkRunner {
  /** Longer than between threads: the network is slower, and one process gathers for many machines. */
  readonly chunkMs = 500;
  readonly #connection: Connection;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #address: QueueAddress;
  readonly #contents: Contents;
  readonly #claim: Claim;
  readonly #notify: Notify;
  readonly #complain: (error: unknown) => void;
  readonly #entry: SweepEntry;
  /** Tells the chunks of this process from those of one before. */
  readonly #run = randomBytes(6).toString('hex');
  readonly #sent = new Map<string, Sent>();
  readonly #jobs = new WeakMap<FinishedRows, string[]>();
  readonly #watching: Promise<void>;
  readonly #stop = new AbortController();
  #count = 0;
  #threads = 0;
  #lastServed = performance.now();
  #isToldOfNone = false;
  #isToldOfStrange = false;

  private constructor(queue: Queue, options: QueueRunnerOptions) {
    const { connection, contents, claim } = options;
    this.#connection = connection;
    this.#redis = connection.redis;
    this.#queue = queue;
    this.#contents = contents;
    this.#claim = claim;
    claim.hold(() => this.#lose());
    this.#address = options.address;
    this.#notify = options.notify;
    this.#complain = refusals(options.address, options.notify);
    const now = Date.now();
    this.#entry = { engine: options.engine, setup: contents.setup, startedAt: now, seenAt: now };
    this.#watching = this.#watch();
  }

  /**
   * Takes what earlier processes for the same directory have left in their queues, and opens one.
   *
   * @param onFound Gets rows (as JSON, with their keys) that were finished when nobody was there to gather them.
   */
  static async open(options: QueueRunnerOptions, onFound: OnFound): Promise<QueueRunner> {
    const { redis } = options.connection;
    const { id } = options.claim;
    const { setup } = options.contents;
    const queue = openQueue(redis, queueName(id, options.engine, setup));
    await takeLeftovers(queue, setup, onFound);
    await takeEarlier(redis, id, queue.name, onFound);
    await forgetOld(redis);
    return new QueueRunner(queue, options);
  }

  /** Threads of all workers that there are, within limits: it bounds the chunks that wait in Redis. */
  get workers(): number {
    return Math.min(MOST_WORKERS, Math.max(LEAST_WORKERS, this.#threads));
  }

  /** A chunk that took its workers down, again and again, is run point by point, so that only the point to blame fails. */
  async run(list: PointList): Promise<FinishedRows> {
    this.#stop.signal.throwIfAborted();
    const points = pointsOf(list);
    try {
      return await this.#send(points);
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      if (points.length === 1) {
        const row = failed(points[0]!, error);
        return { rows: packRows([row.key], [JSON.stringify(row)]), milliseconds: 0 };
      }
    }
    const parts: FinishedRows[] = [];
    for (const point of points) parts.push(await this.run(new GivenPoints([point])));
    const whole = {
      rows: joinRows(parts.map(({ rows }) => rows)),
      milliseconds: parts.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    };
    this.#jobs.set(
      whole,
      parts.flatMap((part) => this.#jobs.get(part) ?? []),
    );
    return whole;
  }

  /** Redis may forget results that are in the journal. */
  written(chunk: FinishedRows): void {
    for (const id of this.#jobs.get(chunk) ?? []) {
      this.#sent.delete(id);
      // Where that fails, it is found among the finished ones again.
      this.#queue.remove(id).catch(() => {});
    }
  }

  /** Takes the sweep out of the queue: workers end what they are doing, and nothing stays in Redis. */
  async close(): Promise<void> {
    const isLost = this.#stop.signal.aborted;
    this.#end(new Error('the sweep is closed'));
    if (this.#redis.status === 'ready' && !isLost) {
      const cleaned = Promise.allSettled([this.#watching])
        .then(() => removeSweep(this.#redis, this.#queue))
        .then(() => this.#claim.release());
      await Promise.race([cleaned.catch(() => {}), delay(CLEAN_MS, undefined, { ref: false })]);
    }
    // The queue has no connection of its own.
    this.#connection.close();
  }

  /** Another process has what was ours: this one was away for so long that it seemed to be dead. */
  #lose(): void {
    this.#end(
      new ClsaCimError(
        'another process gathers the results of this directory, since this one was silent for too long; run the same ' +
          'command again when that one is done',
        'input',
        { code: 'IN_USE' },
      ),
    );
  }

  #end(reason: Error): void {
    this.#claim.letGo();
    this.#stop.abort(reason);
    for (const { fail } of this.#sent.values()) fail(reason);
  }

  #send(points: readonly Point[]): Promise<FinishedRows> {
    const id = `${this.#run}-${this.#count++}`;
    return new Promise((finish, fail) => {
      this.#sent.set(id, { points, finish, fail, isTaken: false });
      // Where that fails, the next check finds that it is not there.
      this.#add(id, points).catch((error: unknown) => this.#complain(error));
    });
  }

  async #add(id: string, points: readonly Point[]): Promise<void> {
    const data = points.map(({ key, network, architecture, parameters }) => ({
      ...{ key, network, architecture, parameters },
    }));
    const { setup } = this.#contents;
    await this.#queue.add('chunk', { setup, points: data } satisfies Chunk, { jobId: id });
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    let checked = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      try {
        if (performance.now() - checked > CHECK_MS) {
          await this.#check();
          checked = performance.now();
        }
        await this.#collect();
      } catch (error) {
        this.#complain(error);
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Takes the results of finished chunks. */
  async #collect(): Promise<void> {
    const ids = await this.#queue.getRanges(['completed', 'failed']);
    for (const id of ids) {
      const sent = this.#sent.get(id);
      if (this.#stop.signal.aborted) return;
      // Of an earlier process, or Redis came back with what it had forgotten.
      if (sent === undefined) await this.#queue.remove(id);
      else if (!sent.isTaken) await this.#take(id, sent);
    }
  }

  async #take(id: string, sent: Sent): Promise<void> {
    const job = await jobAt(this.#queue, id);
    if (job === undefined) return;
    if (job === 'damaged') return this.#refuse(id);
    const result = parseResult(job.returnvalue);
    if (result?.setup === this.#contents.setup && isOf(result, sent.points)) {
      sent.isTaken = true;
      const keys = sent.points.map(({ key }) => key);
      const { lines, milliseconds } = result;
      const finished: FinishedRows = { rows: packRows(keys, lines), milliseconds };
      this.#jobs.set(finished, [id]);
      sent.finish(finished);
      return;
    }
    if (job.failedReason === undefined) return this.#refuse(id);
    this.#sent.delete(id);
    await this.#queue.remove(id);
    sent.fail(new Error(job.failedReason));
  }

  /** Takes no result that is none of ours, or was made of other contents; the next check sends the chunk again. */
  async #refuse(id: string): Promise<void> {
    await this.#queue.remove(id);
    if (this.#isToldOfStrange) return;
    this.#isToldOfStrange = true;
    this.#notify('a worker has sent what is no result of this sweep; it is not taken, and computed again');
  }

  /** Gives Redis again what it has lost, and counts the workers. */
  async #check(): Promise<void> {
    const { name } = this.#queue;
    const missing = await missingContents(this.#redis, name, this.#contents);
    await upload(this.#redis, name, this.#contents, missing);
    const entry = parseEntry((await this.#redis.hget(SWEEPS, name)) ?? '');
    const isThere = entry?.setup === this.#entry.setup && entry.engine === this.#entry.engine;
    const seenAt = Date.now();
    if (!isThere || seenAt - (entry?.seenAt ?? 0) > SEEN_MS) {
      await this.#redis.hset(SWEEPS, name, JSON.stringify({ ...this.#entry, seenAt }));
    }
    // BullMQ's events hold results too, and nobody reads them.
    await this.#queue.trimEvents(0);
    await Promise.all(
      [...this.#sent].map(async ([id, { points, isTaken }]) => {
        if (isTaken || (await this.#queue.getJobState(id)) !== 'unknown') return;
        // Redis may have lost the lists and kept the job, which would stand in the way of the new one.
        await this.#queue.remove(id);
        await this.#add(id, points);
      }),
    );
    this.#countWorkers((await this.#queue.getWorkers()).map(({ rawname }) => rawname ?? ''));
  }

  #countWorkers(names: readonly string[]): void {
    this.#threads = names.reduce((sum, name) => sum + threadsOf(name), 0);
    const now = performance.now();
    if (this.#threads > 0) {
      this.#lastServed = now;
      this.#isToldOfNone = false;
    } else if (now - this.#lastServed > PATIENCE_MS && !this.#isToldOfNone && this.#sent.size > 0) {
      this.#isToldOfNone = true;
      const { shown } = this.#address;
      const [who, option] = this.#contents.hasPolicies
        ? ['worker of this engine that allows policies', ' --allow-policies']
        : ['worker of this engine', ''];
      this.#notify(
        `no ${who} takes this sweep yet; start some with: clsa-cim worker --queue ${shown}${option}`,
      );
    }
  }
}

/** A queue on a connection that is there already. */
function openQueue(redis: Redis, name: string): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix: PREFIX,
    skipVersionCheck: true,
    // What it writes there would stay behind.
    skipMetasUpdate: true,
  });
  // The connection tells of its errors itself.
  queue.on('error', () => {});
  return queue;
}

/** A job; undefined where there is none, or `damaged` where BullMQ cannot read its JSON. */
async function jobAt(queue: Queue, id: string): Promise<Job | 'damaged' | undefined> {
  try {
    return await queue.getJob(id);
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}

/** Gets rows as JSON, with their keys. */
type OnFound = (keys: readonly string[], lines: readonly string[]) => void;

/** Finished chunks that nobody has gathered, and what waits: its points come again, in other chunks. */
async function takeLeftovers(queue: Queue, setup: string, onFound: OnFound): Promise<void> {
  await queue.drain();
  for (const id of await queue.getRanges(['completed', 'failed'])) {
    const job = await jobAt(queue, id);
    const result = job === 'damaged' ? undefined : parseResult(job?.returnvalue);
    const lines = result?.setup === setup ? result.lines : [];
    onFound(
      lines.map((line) => keyOfLine(line)!),
      lines,
    );
    await queue.remove(id);
  }
}

/** Takes what is finished of earlier sweeps of this directory, which had other contents, and ends them. */
async function takeEarlier(redis: Redis, id: string, own: string, onFound: OnFound): Promise<void> {
  for (const [name, json] of Object.entries(await redis.hgetall(SWEEPS))) {
    const entry = parseEntry(json);
    if (entry === undefined || name === own || !isQueueName(name) || !name.startsWith(`${id}-`)) continue;
    const queue = openQueue(redis, name);
    await takeLeftovers(queue, entry.setup, onFound);
    await removeSweep(redis, queue);
  }
}

/** Removes what sweeps have left that are not gone on with any more. */
async function forgetOld(redis: Redis): Promise<void> {
  for (const [name, json] of Object.entries(await redis.hgetall(SWEEPS))) {
    const entry = parseEntry(json);
    if (entry === undefined || !isQueueName(name) || Date.now() - entry.seenAt < FORGET_MS) continue;
    const queue = openQueue(redis, name);
    await removeSweep(redis, queue);
    await queue.close();
  }
}

/** What workers of a sweep that is over have written after it was removed. */
export async function removeRemains(redis: Redis, name: string): Promise<void> {
  if ((await redis.hexists(SWEEPS, name)) === 0) await openQueue(redis, name).obliterate({ force: true });
}

/** Removes all that Redis has of a sweep. */
async function removeSweep(redis: Redis, queue: Queue): Promise<void> {
  await redis.hdel(SWEEPS, queue.name);
  await redis.unlink(contentKey(queue.name));
  await queue.obliterate({ force: true });
}

/** True for rows of these points, parameters and all. */
function isOf({ lines }: FinishedChunk, points: readonly Point[]): boolean {
  const startOf = ({ key, parameters }: Point) => JSON.stringify({ key, parameters }).slice(0, -1);
  return (
    lines.length === points.length && lines.every((line, i) => line.startsWith(`${startOf(points[i]!)},`))
  );
}

function failed({ key, parameters }: Point, error: unknown): Row {
  const reason = oneLine(error instanceof Error ? error.message : String(error)).slice(0, 300);
  return { key, parameters, error: `its workers failed: ${reason}`, retry: {} };
}
