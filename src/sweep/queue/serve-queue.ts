import { availableParallelism } from 'node:os';
import * as v from 'valibot';
import { aFunction, checkedLater, flag, optionsOf } from '../../input/options.ts';
import { count, expected } from '../../input/validate.ts';
import { parseQueueUrl } from './address.ts';
import { demandQueuePackages } from './packages.ts';

/** How a worker works for the sweeps in a queue. */
export interface WorkerOptions {
  /** Worker threads; all cores by default. */
  readonly threads?: number | undefined;
  /** JavaScript memory of each, in MiB; 1024 by default. A thread that needs more is replaced, and the point fails. */
  readonly workerMemoryMib?: number | undefined;
  /** Time for one point, in seconds; one that takes longer fails. 3600 by default. */
  readonly pointTimeoutS?: number | undefined;
  /** Whether it works for sweeps with policies, too: that is, runs code that they send. False by default. */
  readonly allowPolicies?: boolean | undefined;
  /** Others take over what the worker had once it is silent for so long, in seconds; 5 by default. */
  readonly takeoverS?: number | undefined;
  /** Ends after so many seconds without work; left out, it never does. */
  readonly idleS?: number | undefined;
  /** Ends the worker when it is aborted; what runs is finished. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what a user should know of queue and points, in one line; left out, nobody does. */
  readonly notify?: ((message: string) => void) | undefined;
  /** Is told how many points have just been finished. */
  readonly onFinished?: ((points: number) => void) | undefined;
}

const aboveZero = expected('a number of seconds above 0');
const seconds = v.pipe(v.number(aboveZero), v.finite(aboveZero), v.gtValue(0, aboveZero));
const checkedOptions = optionsOf<WorkerOptions>('serveQueue', {
  ...{ threads: count(2 ** 16), workerMemoryMib: count(2 ** 31), pointTimeoutS: seconds },
  ...{ takeoverS: seconds, idleS: seconds, allowPolicies: flag, signal: checkedLater },
  ...{ notify: aFunction, onFinished: aFunction },
});

/**
 * Works for the sweeps in a queue, as `clsa-cim worker` does, until it is told to stop (docs/cluster.md). Sweeps get into
 * the queue by the option `queue` of `sweep`.
 *
 * @param url The Redis of the sweeps, such as `redis://host:6379`.
 * @throws ClsaCimError where Redis cannot be reached, has work only for other versions of the engine, or the packages
 * that a queue needs are not installed.
 */
export async function serveQueue(url: string, options: WorkerOptions = {}): Promise<void> {
  const { threads = availableParallelism(), takeoverS = 5, idleS, ...others } = checkedOptions(options);
  const address = parseQueueUrl(url);
  demandQueuePackages();
  const { serve } = await import('./serve.ts');
  await serve({
    ...{ address, threads, takeoverMs: takeoverS * 1000 },
    idleMs: idleS === undefined ? undefined : idleS * 1000,
    workerMemoryMib: others.workerMemoryMib,
    pointTimeoutS: others.pointTimeoutS,
    allowPolicies: others.allowPolicies ?? false,
    signal: others.signal ?? new AbortController().signal,
    notify: others.notify ?? (() => {}),
    onFinished: others.onFinished ?? (() => {}),
  });
}
