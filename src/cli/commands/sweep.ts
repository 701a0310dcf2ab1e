import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { jsonDocument } from '../../files/json-document.ts';
import { show } from '../../input/show.ts';
import { sweepText } from '../../report/sweep-summary.ts';
import { integer } from '../../report/table.ts';
import type { Row, Shard, SweepSummary } from '../../sweep/index.ts';
import { sweepColumns } from '../../sweep/plan-columns.ts';
import { FILES } from '../../sweep/results.ts';
import { type Planned, planSweep, type SessionOptions, SweepSession } from '../../sweep/session.ts';
import { interruptible } from '../interruption.ts';
import { notify, warn } from '../notify.ts';
import { wholeNumber } from '../options.ts';
import { refuseInputs } from '../outputs.ts';
import { type AxisFlags, demandAxes } from '../plot-axes.ts';
import { print, type WideFlag } from '../print.ts';
import { type CheckedOutputs, checkOutputs, withOutputs } from '../run-outputs.ts';
import { span } from '../span.ts';
import { type FinishedSweep, sweepOutputs } from '../sweep-outputs.ts';
import { sweepProgress } from '../sweep-progress.ts';
import { tellOfTiles } from '../tell-of-tiles.ts';

/** Failures that a dry run tells one by one. */
const MAX_TOLD = 10;

interface SweepFlags extends WideFlag, AxisFlags {
  readonly out?: string;
  readonly workers?: number;
  readonly workerMemory?: number;
  readonly pointTimeout?: number;
  readonly queue?: string;
  readonly shard?: Shard;
  readonly pareto?: readonly string[];
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Files that are written besides the tables. */
const OUTPUTS = sweepOutputs('sweep');

/** `clsa-cim sweep SPEC.yaml --out DIR`: a grid of models, architectures and parameters on all cores. */
export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description(
      'Run a grid of models, architectures and parameters on all cores; goes on where it was stopped',
    )
    .argument('<spec>', 'a YAML file with models, architectures, product, zip and where (docs/sweep.md)')
    .option('--out <dir>', 'directory of journal.jsonl, results.csv, results.parquet and summary.json')
    .option('--workers <n>', 'worker threads (default: all cores)', wholeNumber(1))
    .option('--worker-memory <mib>', 'JavaScript memory of a worker in MiB (default: 1024)', wholeNumber(16))
    .option('--point-timeout <s>', 'give up a point after so many seconds (default: 3600)', wholeNumber(1))
    .option('--queue <url>', 'let workers at a Redis do it, such as redis://host:6379 (docs/cluster.md)')
    .option('--shard <i/n>', 'run only one of n equal parts, i from 1 to n; see merge', parseShard)
    .option(
      '--pareto <metrics>',
      'two or three metrics of the Pareto front, such as latencyNs,totalPes',
      parseMetrics,
    );
  return withOutputs(command, OUTPUTS)
    .option('--overwrite', 'replace what is in the directory, though it is not of this sweep')
    .option(
      '--dry-run',
      'check everything, count the points, try one per model and chip, and estimate the time',
    )
    .option('--json', 'print the summary as one JSON document')
    .action(run);
}

async function run(spec: string, flags: SweepFlags): Promise<void> {
  const { out, shard, pareto } = flags;
  if (out === undefined && flags.dryRun !== true) {
    throw new ClsaCimError('--out is missing; give the directory for the results', 'usage');
  }
  if (flags.queue !== undefined) await checkQueue(flags);
  if (out !== undefined)
    for (const name of Object.values(FILES)) refuseInputs('--out', join(out, name), [spec]);
  const outputs = await checkOutputs(OUTPUTS, flags, [spec]);
  if (flags.dryRun && !outputs.isEmpty) {
    throw new ClsaCimError(
      `${outputs.options.join(' and ')}: a dry run has nothing to show; leave --dry-run out, or do without`,
      'usage',
    );
  }
  const planned = await planSweep(spec, { shard, pareto });
  demandAxes(flags, sweepColumns(planned.plan));
  for (const warning of planned.warnings) warn(warning);
  if (isScheduled(planned)) {
    tellOfTiles(planned.setup.architectures, 'a point that is scheduled', 'simulated: [true]');
  }
  if (out === undefined || flags.dryRun) return dryRun(planned, flags);
  await runIn(out, planned, flags, outputs);
}

/** True where some point may be scheduled, and not simulated. */
function isScheduled({ plan }: Planned): boolean {
  const rows = plan.manifest.axes.flatMap(({ names, rows }) =>
    names.includes('simulated') ? rows.map((row) => row[names.indexOf('simulated')]) : [],
  );
  return rows.length === 0 || rows.some((simulated) => simulated !== true);
}

async function runIn(
  out: string,
  planned: Planned,
  flags: SweepFlags,
  outputs: CheckedOutputs<FinishedSweep>,
): Promise<void> {
  const total = planned.plan.count;
  const parameters = planned.plan.manifest.axes.flatMap(({ names }) => names);
  let done = 0;
  const stopped = () =>
    `stopped after ${integer(done)} of ${integer(total)} points; the tables have what is finished (see missing in ` +
    'summary.json), run the same command again to go on';
  const summary = await interruptible(async (signal) => {
    const { workers, workerMemory: workerMemoryMib, pointTimeout: pointTimeoutS, queue, overwrite } = flags;
    const options: SessionOptions = {
      ...{ workers, workerMemoryMib, pointTimeoutS, queue, overwrite, signal, notify },
    };
    const session = new SweepSession(planned, out, options);
    const progress = sweepProgress(total);
    try {
      for await (const { points, rows } of session.run()) {
        done += points.length;
        progress.add(points.length, rows === undefined ? points.length : 0);
      }
      progress.stop();
      if (outputs.isEmpty) return await session.finish();
      const { SweepPictureMaker } = await import('../../picture/sweep.ts');
      const maker = new SweepPictureMaker(sweepColumns(planned.plan));
      const finished = await session.finish((row) => maker.add(row));
      await outputs.write({ maker, summary: finished, parameters });
      return finished;
    } catch (error) {
      progress.stop();
      // Stopped: the next Ctrl-C ends this, too.
      if (signal.aborted && error === signal.reason) await session.finishPartly();
      throw error;
    } finally {
      progress.stop();
      await session.close();
    }
  }, stopped);
  if (flags.json) process.stdout.write(jsonDocument(summary));
  else await print(sweepText(summary, parameters), flags);
  requireSuccess(summary);
}

/** @throws ClsaCimError where not one point has succeeded. */
export function requireSuccess({ points, failed }: SweepSummary): void {
  if (points === 0 || failed < points) return;
  throw new ClsaCimError(
    `${points === 1 ? 'the only point has' : `all ${integer(points)} points have`} failed; the summary has the reasons`,
  );
}

async function dryRun({ plan, setup }: Planned, flags: SweepFlags): Promise<void> {
  const { tryPoints } = await import('../../sweep/estimate.ts');
  const { Pool } = await import('../../sweep/pool.ts');
  const { workers, workerMemory: memoryMib, pointTimeout: pointTimeoutS, json } = flags;
  const threads = Math.min(workers ?? availableParallelism(), plan.count);
  const trial = await interruptible(
    async (signal) => {
      const pool = new Pool(setup, 1, { memoryMib, pointTimeoutS, notify, manifest: plan.manifest });
      signal.addEventListener('abort', () => void pool.close(), { once: true });
      try {
        return await tryPoints(plan, pool, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        await pool.close();
      }
    },
    () => 'stopped; nothing was written',
  );
  const seconds = trial.milliseconds / threads / 1000;
  for (const row of trial.failed.slice(0, MAX_TOLD)) tellOfFailure(row);
  if (trial.failed.length > 0) {
    warn(
      `${integer(trial.failed.length)} of ${integer(trial.pairs)} points that were tried, one per model and ` +
        'architecture, fail',
    );
  }
  const { count: points, shape } = plan;
  if (json) {
    const { pairs: tried, failed } = trial;
    const document = {
      ...{ points, workers: threads, estimatedSeconds: seconds, tried },
      failed: failed.map(({ parameters, error }) => ({ parameters, error })),
    };
    process.stdout.write(jsonDocument(document));
    return;
  }
  const on = `${threads} ${threads === 1 ? 'worker' : 'workers'}`;
  const counted = `${integer(points)} ${points === 1 ? 'point' : 'points'} (${shape})`;
  await print([counted, `${seconds < 1 ? '' : 'about '}${span(seconds)} on ${on}`, ''], flags);
}

function tellOfFailure({ parameters, error = '' }: Row): void {
  const { model, architecture, ...others } = parameters;
  const at = Object.entries(others).map(
    ([name, value]) => `${name} ${value === null ? 'null' : show(value)}`,
  );
  const where = `${show(model)} on ${show(architecture)}${at.length === 0 ? '' : ` (${at.join(', ')})`}`;
  warn(`${where} fails: ${error}`);
}

/** @throws ClsaCimError before anything is loaded. */
async function checkQueue({ queue = '', workers, workerMemory, pointTimeout }: SweepFlags): Promise<void> {
  const { parseQueueUrl } = await import('../../sweep/queue/address.ts');
  const { demandQueuePackages } = await import('../../sweep/queue/packages.ts');
  parseQueueUrl(queue);
  demandQueuePackages();
  if (workers !== undefined || workerMemory !== undefined || pointTimeout !== undefined) {
    throw new ClsaCimError(
      '--workers, --worker-memory and --point-timeout are of no use with --queue; give them to clsa-cim worker ' +
        '(--threads, --worker-memory, --point-timeout)',
      'usage',
    );
  }
}

function parseShard(text: string): Shard {
  const [, number = 0, of = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= of) return { number, of };
  throw new InvalidArgumentError(`It must be I/N with I from 1 to N, such as 1/8, found ${show(text)}.`);
}

/** Parses two or three names of metrics. */
export function parseMetrics(text: string): readonly string[] {
  const metrics = text.split(',').map((name) => name.trim());
  if (metrics.length === 2 || metrics.length === 3) return metrics;
  throw new InvalidArgumentError('It must be two or three metrics, such as latencyNs,totalPes.');
}
