import type { Axis } from './axis.ts';

/** What is measured at one size of an axis. */
export interface Sample {
  /** How many of the axis's unit there were. */
  readonly count: number;
  /** CPU time of one run, of all threads: the least of several. */
  readonly seconds: number;
  /** Highest memory of the process in the first run, beyond what it had with nothing but the code loaded. */
  readonly bytes: number;
}

/** How long runs are repeated, in seconds of CPU time: one that takes longer is done once. */
const REPEATED_FOR = 2;
const MOST_RUNS = 25;

/** Shorter runs are measured several at a time. */
const SHORTEST = 0.005;

/** Measures one size in this process, which must have done nothing else: memory is that of the process. */
export async function sample(axis: Axis, size: number, folder: string, isQuick: boolean): Promise<Sample> {
  const before = process.memoryUsage.rss();
  const { count, run } = await axis.prepare(size, folder);
  const first = await timed(run, 1);
  const bytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before);
  let seconds = first;
  let spent = first;
  const atATime = Math.ceil(SHORTEST / first);
  const until = isQuick ? 0 : REPEATED_FOR;
  for (let runs = 1; runs < MOST_RUNS && spent + atATime * seconds < until; runs++) {
    const one = await timed(run, atATime);
    spent += one * atATime;
    seconds = Math.min(seconds, one);
  }
  return { count, seconds, bytes };
}

/** CPU seconds of a run, the mean of so many. */
async function timed(run: () => void | Promise<void>, runs: number): Promise<number> {
  const before = cpuSeconds();
  for (let i = 0; i < runs; i++) await run();
  return (cpuSeconds() - before) / runs;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
