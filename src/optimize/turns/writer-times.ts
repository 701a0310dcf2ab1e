import { WriterState } from '../../../assembly/schedule/layout.ts';

/** All that the next group depends on in `rolling`, as times that only matter by how far they are apart. */
export interface WriterTimes {
  /** PEs that nobody has had yet. */
  readonly untouched: number;
  /** Start of the last write, in cycles; earlier times make no difference any more. */
  readonly lastStart: number;
  /** Times in order, each followed by how many of the free PEs have it. */
  readonly free: readonly number[];
  /** The same of the PEs that are being written. */
  readonly window: readonly number[];
}

/** Takes the times from the words of the engine. */
export function writerTimes(state: Float64Array): WriterTimes {
  const lastStart = state[WriterState.LAST_START]!;
  const runs: [number, number][] = [];
  for (let at: number = WriterState.RUNS; at < state.length; at += 2) {
    runs.push([Math.max(lastStart, state[at]!), state[at + 1]!]);
  }
  const freeRuns = state[WriterState.FREE_RUNS]!;
  return {
    untouched: state[WriterState.UNTOUCHED]!,
    lastStart,
    free: merged(runs.slice(0, freeRuns)),
    window: merged(runs.slice(freeRuns)),
  };
}

function merged(runs: [number, number][]): number[] {
  runs.sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [time, count] of runs) {
    if (result.at(-2) === time) result[result.length - 1]! += count;
    else result.push(time, count);
  }
  return result;
}

/** By how much the times have grown, PE by PE: the least and the most of all. */
export function growth(before: WriterTimes, now: WriterTimes): { least: number; most: number } {
  const range = { least: now.lastStart - before.lastStart, most: now.lastStart - before.lastStart };
  // PEs that were never written are as if they had been free forever.
  if (before.untouched !== now.untouched) return { least: 0, most: Infinity };
  compare(before.free, now.free, range);
  compare(before.window, now.window, range);
  return range;
}

/** Pairs the PEs in order of their times. */
function compare(
  before: readonly number[],
  now: readonly number[],
  range: { least: number; most: number },
): void {
  let [i, j] = [0, 0];
  let [leftBefore, leftNow] = [before[1] ?? 0, now[1] ?? 0];
  while (i < before.length && j < now.length) {
    const step = now[j]! - before[i]!;
    range.least = Math.min(range.least, step);
    range.most = Math.max(range.most, step);
    const pes = Math.min(leftBefore, leftNow);
    leftBefore -= pes;
    leftNow -= pes;
    if (leftBefore === 0) {
      i += 2;
      leftBefore = before[i + 1] ?? 0;
    }
    if (leftNow === 0) {
      j += 2;
      leftNow = now[j + 1] ?? 0;
    }
  }
}
