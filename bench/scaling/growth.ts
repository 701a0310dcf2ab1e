import { type Fit, fitted } from './fit.ts';
import type { ScalingRow } from './saved.ts';

/** How time and memory grow along an axis. */
export interface Growth {
  readonly time: Fit | undefined;
  /** Undefined where too few sizes take enough memory to tell. */
  readonly memory: Fit | undefined;
}

/** Less than this is within what V8 takes for its own sake. */
const LEAST_BYTES = 16 * 2 ** 20;

/** Growth is linear up to here; above is explained in docs/performance.md. */
export const LINEAR = 1.1;

/** Fits a row. */
export function growthOf({ samples }: ScalingRow): Growth {
  return {
    time: fitted(samples.map(({ count, seconds }) => ({ count, value: seconds }))),
    memory: fitted(
      samples.map(({ count, bytes }) => ({ count, value: bytes })),
      LEAST_BYTES,
    ),
  };
}
