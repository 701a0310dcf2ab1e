import { Command } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { integer } from '../../report/table.ts';
import { serveQueue } from '../../sweep/queue/index.ts';
import { Interruption, interruptible } from '../interruption.ts';
import { notify } from '../notify.ts';
import { wholeNumber } from '../options.ts';

/** Where Redis is away when a worker ends, BullMQ keeps timers for ever; the process does not wait for them. */
const LINGER_MS = 500;

interface WorkerFlags {
  readonly queue?: string;
  readonly threads?: number;
  readonly workerMemory?: number;
  readonly pointTimeout?: number;
  readonly allowPolicies?: boolean;
  readonly takeover: number;
  readonly idle?: number;
}

/** `clsa-cim worker --queue redis://…`: works for the sweeps in a queue, on all cores. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Work for sweeps that were started with --queue, until it is stopped')
    .option('--queue <url>', 'the Redis of the sweeps, such as redis://host:6379 (docs/cluster.md)')
    .option('--threads <n>', 'worker threads (default: all cores)', wholeNumber(1))
    .option('--worker-memory <mib>', 'JavaScript memory of a thread in MiB (default: 1024)', wholeNumber(16))
    .option('--point-timeout <s>', 'give up a point after so many seconds (default: 3600)', wholeNumber(1))
    .option(
      '--allow-policies',
      'run policies, that is, code, that sweeps send; default: leave such sweeps alone',
    )
    .option(
      '--takeover <s>',
      'others take over what this worker does once it is silent for so long',
      wholeNumber(1),
      5,
    )
    .option('--idle <s>', 'end after so long without work (default: never)', wholeNumber(1))
    .action(run);
}

async function run(flags: WorkerFlags): Promise<void> {
  const { queue, threads, workerMemory, pointTimeout, allowPolicies, takeover, idle } = flags;
  if (queue === undefined) {
    throw new ClsaCimError(
      '--queue is missing; give the Redis of the sweeps, such as redis://host:6379',
      'usage',
    );
  }
  let done = 0;
  const message = () =>
    `stopped after ${integer(done)} ${done === 1 ? 'point' : 'points'}; what ran is finished`;
  await interruptible(async (signal) => {
    await serveQueue(queue, {
      ...{ threads, signal, notify, allowPolicies },
      workerMemoryMib: workerMemory,
      pointTimeoutS: pointTimeout,
      takeoverS: takeover,
      idleS: idle,
      onFinished: (points) => {
        done += points;
      },
    });
    if (signal.aborted) throw new Interruption(message());
  }, message).finally(() => setTimeout(() => process.exit(), LINGER_MS).unref());
  notify(`no work for ${idle} s; ended after ${integer(done)} ${done === 1 ? 'point' : 'points'}`);
}
