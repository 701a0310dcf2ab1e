import type { Value } from '../files/table.ts';

export type { Value };

/** True for what can be the value of a parameter or a result at all. */
export function isValue(input: unknown): input is Value {
  const type = typeof input;
  return input === null || type === 'string' || type === 'number' || type === 'boolean';
}

/**
 * Values by name of the parameter, or results by name of the column. Null leaves out what may be left out (an architecture's
 * field, `pes`).
 */
export type Values = Readonly<Record<string, Value>>;

/**
 * One point of a sweep: plain data, so that it can be sent to a worker thread or put into a queue. What the
 * numbers stand for is in the {@link RunnerSetup} that whoever runs it has got before.
 */
export interface Point {
  /** Names the point by its content: 64 hexadecimal digits (see key.ts). */
  readonly key: string;
  /** Index in `RunnerSetup.networks`. */
  readonly network: number;
  /** Index in `RunnerSetup.architectures`. */
  readonly architecture: number;
  /** Names of `model` and `architecture`, then all other parameters. */
  readonly parameters: Values;
}

/** A finished point, as one line of the journal holds it: results, or why there are none. */
export interface Row {
  /** Names the point by its content. */
  readonly key: string;
  /** Its parameters by name. */
  readonly parameters: Values;
  /** Its results by name, where it did not fail. */
  readonly results?: Values;
  /** Why it failed, where it did. */
  readonly error?: string;
  /** Of a failed point that more means may mend: those that were too few. It is tried again where there are more. */
  readonly retry?: Means;
}

/** What a point may use. Empty where it cannot be said what was missing. */
export interface Means {
  /** JavaScript memory of a worker thread, in MiB. */
  readonly memoryMib?: number;
  /** Time for one point, in seconds. */
  readonly seconds?: number;
}

/** What came of points that were run in this thread. */
export interface FinishedChunk {
  /** For every point, in order, its {@link Row} as JSON. */
  readonly lines: readonly string[];
  /** Time that it took where it ran. */
  readonly milliseconds: number;
}
