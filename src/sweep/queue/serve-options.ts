import type { QueueAddress } from './address.ts';
import type { Notify } from './connection.ts';

/** How a worker works for the sweeps of a queue. */
export interface ServeOptions {
  readonly address: QueueAddress;
  readonly threads: number;
  readonly workerMemoryMib?: number | undefined;
  readonly pointTimeoutS?: number | undefined;
  /** Whether it works for sweeps with policies, that is, runs code that they send. */
  readonly allowPolicies: boolean;
  /** A worker that is silent for so long has lost its chunks to others. */
  readonly takeoverMs: number;
  /** Ends after so long without work; left out, it never does. */
  readonly idleMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly notify: Notify;
  readonly onFinished: (points: number) => void;
}
