import type { SetTimes } from './timeline.ts';

/** When the sets of a lane run, be their times kept or found when they are asked for. All in cycles. */
export interface SetClock {
  /** As in {@link SetTimes.starts}. */
  start(set: number): number;
  /** As in {@link SetTimes.ends}. */
  end(set: number): number;
  /** As in {@link SetTimes.finishes}. */
  finish(set: number): number;
}

/** The clock of times that are kept. */
export function clockOf({ starts, ends, finishes }: SetTimes): SetClock {
  return { start: (set) => starts[set]!, end: (set) => ends[set]!, finish: (set) => finishes[set]! };
}
