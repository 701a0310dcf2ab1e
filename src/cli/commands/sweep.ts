import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { jsonDocument, oneLine, show } from '../../input/show.ts';
import { printSweepSummary } from '../../report/sweep-summary.ts';
import { integer } from '../../report/table.ts';
import type { Shard } from '../../sweep/index.ts';
import { type Planned, planSweep, type SessionOptions, SweepSession } from '../../sweep/session.ts';
import { interruptible } from '../interruption.ts';
import { notify } from '../notify.ts';
import { wholeNumber } from '../options.ts';
import { createProgress, span } from '../progress.ts';

interface SweepFlags {
  readonly out?: string;
  readonly workers?: number;
  readonly workerMemory?: number;
  readonly queue?: string;
  readonly shard?: Shard;
  readonly pareto?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim sweep SPEC.yaml --out DIR`: a grid of models, architectures and parameters on all cores. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .description(
      'Run a grid of models, architectures and parameters on all cores; goes on where it was stopped',
    )
    .argument('<spec>', 'a YAML file with models, architectures, product, zip and where (docs/sweep.md)')
    .option('--out <dir>', 'directory of journal.jsonl, results.csv, results.parquet and summary.json')
    .option('--workers <n>', 'worker threads (default: all cores)', wholeNumber(1))
    .option('--worker-memory <mib>', 'JavaScript memory of a worker in MiB (default: 1024)', wholeNumber(16))
    .option('--queue <url>', 'let workers at a Redis do it, such as redis://host:6379 (docs/cluster.md)')
    .option('--shard <i/n>', 'run only one of n equal parts, i from 1 to n; see merge', parseShard)
    .option(
      '--pareto <metrics>',
      'two or three metrics of the Pareto front, such as latencyNs,totalPes',
      parseMetrics,
    )
    .option('--dry-run', 'check everything, count the points and estimate the time')
    .option('--json', 'print the summary as one JSON document')
    .action(run);
}

async function run(spec: string, flags: SweepFlags): Promise<void> {
  const { out, shard, pareto } = flags;
  if (out === undefined && flags.dryRun !== true) {
    throw new ClsaCimError('--out is missing; give the directory for the results', 'usage');
  }
  if (flags.queue !== undefined) await checkQueue(flags);
  const planned = await planSweep(spec, { shard, pareto });
  for (const warning of planned.warnings) process.stderr.write(`clsa-cim: warning: ${oneLine(warning)}\n`);
  if (out === undefined || flags.dryRun) return dryRun(planned, flags);
  await runIn(out, planned, flags);
}

async function runIn(out: string, planned: Planned, flags: SweepFlags): Promise<void> {
  const total = planned.plan.count;
  let done = 0;
  const stopped = () =>
    `stopped after ${integer(done)} of ${integer(total)} points; run the same command again to go on`;
  const summary = await interruptible(async (signal) => {
    const { workers, workerMemory: workerMemoryMib, queue } = flags;
    const options: SessionOptions = { workers, workerMemoryMib, queue, signal, notify };
    const session = new SweepSession(planned, out, options);
    const progress = createProgress(total);
    try {
      for await (const { points, lines } of session.run()) {
        done += points.length;
        progress.add(points.length, lines === undefined ? points.length : 0);
      }
      progress.stop();
      return await session.finish();
    } finally {
      progress.stop();
      await session.close();
    }
  }, stopped);
  const parameters = planned.plan.manifest.axes.flatMap(({ names }) => names);
  process.stdout.write(flags.json ? jsonDocument(summary) : printSweepSummary(summary, parameters));
}

async function dryRun({ plan, setup }: Planned, { workers, json }: SweepFlags): Promise<void> {
  const { estimateMilliseconds } = await import('../../sweep/estimate.ts');
  const threads = Math.min(workers ?? availableParallelism(), plan.count);
  const seconds = (await estimateMilliseconds(plan, setup)) / threads / 1000;
  const { count: points, shape } = plan;
  if (json) {
    process.stdout.write(jsonDocument({ points, workers: threads, estimatedSeconds: seconds }));
    return;
  }
  const on = `${threads} ${threads === 1 ? 'worker' : 'workers'}`;
  process.stdout.write(
    `${integer(points)} ${points === 1 ? 'point' : 'points'} (${shape})\nabout ${span(seconds)} on ${on}\n`,
  );
}

/** @throws ClsaCimError before anything is loaded. */
async function checkQueue({ queue = '', workers, workerMemory }: SweepFlags): Promise<void> {
  const { parseQueueUrl } = await import('../../sweep/queue/address.ts');
  parseQueueUrl(queue);
  if (workers !== undefined || workerMemory !== undefined) {
    throw new ClsaCimError(
      '--workers and --worker-memory are of no use with --queue; give them to clsa-cim worker (--threads, --worker-memory)',
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
