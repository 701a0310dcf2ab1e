import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../files/directory.ts';
import { readTextFile } from '../files/text-file.ts';
import { writeWhole } from '../files/whole-file.ts';
import { oneLine } from '../input/show.ts';
import { parseYaml } from '../input/yaml.ts';
import type { ChunkRunner } from './chunk-runner.ts';
import { clearDrafts, refuseForeign } from './guard.ts';
import { Journal } from './journal.ts';
import { KEPT_ROWS, KeptRows } from './kept-rows.ts';
import { lockDirectory } from './lock.ts';
import { SweepPlan } from './plan.ts';
import type { Means } from './point.ts';
import type { RunnerSetup } from './point-runner.ts';
import { POINT_TIMEOUT_S, Pool, WORKER_MEMORY_MIB } from './pool.ts';
import { PoolBlocks } from './pool-blocks.ts';
import { prepareSweep } from './prepare.ts';
import { demandQueuePackages } from './queue/packages.ts';
import { FILES, type ResultOptions, writeResults } from './results.ts';
import type { BlockRunner } from './row-blocks.ts';
import { type Finished, runPoints } from './run.ts';
import type { Shard } from './selection.ts';
import { checkMetrics, checkSpec, type SweepSpec } from './spec.ts';
import type { SweepSummary } from './summary.ts';

/** Fewer rows are made into tables by the main thread. */
const ROWS_FOR_THREADS = 2048;

/** What a sweep can be asked for besides its spec. */
export interface PlanOptions {
  /** Only one of so many equal parts of the points. */
  readonly shard?: Shard | undefined;
  /** Metrics of the Pareto front, in place of the spec's. */
  readonly pareto?: readonly string[] | undefined;
  /** A module whose exports are duplication policies, in place of the spec's. */
  readonly policyModule?: string | undefined;
}

/** What a sweep can be asked for besides its points: workers, a queue, a signal to end. */
export interface SessionOptions extends PlanOptions {
  /** Worker threads; all cores by default. */
  readonly workers?: number | undefined;
  /** JavaScript memory of each, in MiB. */
  readonly workerMemoryMib?: number | undefined;
  /** Time for one point, in seconds; one that takes longer fails. 3600 by default. */
  readonly pointTimeoutS?: number | undefined;
  /** Ends the sweep with its reason when it is aborted; what is finished stays. */
  readonly signal?: AbortSignal | undefined;
  /** Whether files of others, and tables of another sweep, in the directory may be replaced. */
  readonly overwrite?: boolean | undefined;
  /** URL of a Redis: points are run by `clsa-cim worker`s there, none here. */
  readonly queue?: string | undefined;
  /** Gets what a user should know of the queue, the journal or slow points, in one line; left out, nobody does. */
  readonly notify?: ((message: string) => void) | undefined;
}

/** A sweep that is ready to run. */
export interface Planned {
  readonly plan: SweepPlan;
  readonly setup: RunnerSetup;
  readonly warnings: readonly string[];
}

/**
 * Checks a sweep and loads what it names.
 *
 * @param spec The sweep, or the path of its YAML file.
 * @throws ClsaCimError one line that says what is wrong and where.
 */
export async function planSweep(spec: SweepSpec | string, options: PlanOptions = {}): Promise<Planned> {
  const where = typeof spec === 'string' ? oneLine(spec) : 'sweep';
  const input = typeof spec === 'string' ? parseYaml(readTextFile(spec), where) : spec;
  const { pareto, policyModule, shard } = options;
  if (pareto !== undefined) checkMetrics(pareto, 'pareto');
  const checked = checkSpec(input, where);
  const changed = {
    ...checked,
    ...(pareto === undefined ? {} : { pareto }),
    ...(policyModule === undefined ? {} : { policies: policyModule }),
  };
  const { manifest, setup, warnings } = await prepareSweep(
    changed,
    where,
    typeof spec === 'string' ? dirname(spec) : '',
  );
  return { plan: new SweepPlan(manifest, where, shard), setup, warnings };
}

/** A sweep in a directory: journal, lock and workers. */
export class SweepSession {
  readonly #directory: string;
  readonly #plan: SweepPlan;
  readonly #journal: Journal;
  readonly #setup: RunnerSetup;
  readonly #options: SessionOptions;
  #runner: ChunkRunner | undefined;
  readonly #kept = new KeptRows();
  readonly #unlock: () => void;
  readonly #signal: AbortSignal | undefined;

  /** @throws ClsaCimError where the directory cannot be written, has files of others, or another process uses it. */
  constructor({ plan, setup }: Planned, directory: string, options: SessionOptions = {}) {
    this.#plan = plan;
    this.#setup = setup;
    this.#options = options;
    this.#directory = directory;
    this.#signal = options.signal;
    makeDirectory(directory);
    this.#unlock = lockDirectory(directory);
    try {
      if (options.overwrite !== true) refuseForeign(directory, plan.manifest);
      clearDrafts(directory);
      writeWhole(join(directory, FILES.manifest), `${JSON.stringify(plan.manifest)}\n`);
      this.#journal = Journal.open(join(directory, FILES.journal), (lacking) => isMended(lacking, options));
      if (this.#journal.warning !== undefined) options.notify?.(this.#journal.warning);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /**
   * Runs what is not finished yet.
   *
   * @throws ClsaCimError where the queue cannot be reached.
   */
  async *run(): AsyncGenerator<Finished> {
    this.#runner ??= await this.#createRunner();
    for await (const finished of runPoints(this.#plan, this.#journal, this.#runner, this.#signal)) {
      this.#kept.add(finished);
      yield finished;
    }
  }

  /** The row of a finished point as JSON. */
  line(key: string): string {
    return this.#journal.line(key)!;
  }

  /** Writes tables and summary of what is finished; in those of a shard is what the directory has of the others, too. */
  async finish(onRow?: ResultOptions['onRow']): Promise<SweepSummary> {
    return this.#write({ signal: this.#signal, onRow, blocks: this.#blocks(), kept: this.#kept });
  }

  /** The same for a sweep that was stopped: whoever reads them sees in the summary how much is missing. */
  async finishPartly(): Promise<void> {
    if (this.#journal.size > 0) await this.#write({});
  }

  async #write(options: ResultOptions): Promise<SweepSummary> {
    this.#journal.sync();
    const whole = new SweepPlan(this.#plan.manifest, FILES.manifest);
    return writeResults(this.#directory, whole, this.#journal, options);
  }

  /** Threads that have nothing else to do, where that is worth while. */
  #blocks(): BlockRunner | undefined {
    if (!(this.#runner instanceof Pool) || this.#journal.size < ROWS_FOR_THREADS) return undefined;
    return new PoolBlocks(this.#runner, this.#plan.manifest);
  }

  /** Drops what is running; what is finished stays. */
  async close(): Promise<void> {
    await this.#runner?.close();
    try {
      this.#journal.sync();
    } finally {
      this.#journal.close();
      this.#unlock();
    }
  }

  async #createRunner(): Promise<ChunkRunner> {
    const { workers = availableParallelism(), workerMemoryMib, pointTimeoutS, queue, notify } = this.#options;
    if (queue === undefined) {
      const { manifest } = this.#plan;
      const isTabulated = this.#plan.count <= KEPT_ROWS;
      const options = { memoryMib: workerMemoryMib, pointTimeoutS, notify, manifest, isTabulated };
      return new Pool(this.#setup, Math.min(workers, this.#plan.count), options);
    }
    // Loaded only here, so that nobody else pays for it.
    demandQueuePackages();
    const { queueRunner } = await import('./queue/open-runner.ts');
    return queueRunner(
      queue,
      this.#directory,
      this.#plan.manifest.engine,
      this.#setup,
      this.#journal,
      this.#options,
    );
  }
}

/** True where there is more now than was too little for a point; what workers at a queue have is not known. */
function isMended(lacking: Means, options: SessionOptions): boolean {
  const { queue, workerMemoryMib = WORKER_MEMORY_MIB, pointTimeoutS = POINT_TIMEOUT_S } = options;
  if (queue !== undefined) return true;
  const { memoryMib = 0, seconds = 0 } = lacking;
  return workerMemoryMib > memoryMib && pointTimeoutS > seconds;
}
