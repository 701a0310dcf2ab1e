import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Journal } from '../src/sweep/journal.ts';
import { Pool } from '../src/sweep/pool.ts';
import { runPoints } from '../src/sweep/run.ts';
import { planSweep } from '../src/sweep/session.ts';
import type { SweepRun } from './sweep-child.ts';
import { sweepSpec } from './sweep-spec.ts';

/** One result of {@link sweepBenchmark}; `--json` prints them as they are. */
export interface SweepMeasurement extends Partial<Omit<SweepRun, 'points' | 'seconds'>> {
  readonly name: string;
  readonly points: number;
  readonly workers: number;
  readonly seconds: number;
  readonly pointsPerSecond: number;
  /** Time of one worker over this time. */
  readonly overOne?: number;
}

const POINTS = 10_000;
const MANY_POINTS = 70_000;
const MILLION = 1e6;
const QUICK_POINTS = 200;

/**
 * `sweep`: 10,000 ideal points over the networks, from the spec to the tables, as a user waits for them; the same with 70,000
 * points with one worker and with two; `sweep-points`: the points of the first alone, without tables, with one worker and with
 * two. What has one and two is taken in turns, the best of each: what else the machine does only adds.
 */
export async function sweepBenchmark(
  networks: readonly string[],
  quick: boolean,
): Promise<SweepMeasurement[]> {
  const points = quick ? QUICK_POINTS : POINTS;
  return [
    best(Array.from({ length: quick ? 1 : 3 }, () => endToEnd(networks, points, 2))),
    ...oneAndTwo(networks, quick ? 2 * QUICK_POINTS : MANY_POINTS, quick ? 1 : 3),
    ...(await pointsAlone(networks, points, quick ? 1 : 5)),
  ];
}

/** `sweep`: a million ideal points over the networks, from the spec to the tables, with two workers. */
export function millionBenchmark(networks: readonly string[], quick: boolean): SweepMeasurement[] {
  return [endToEnd(networks, quick ? QUICK_POINTS : MILLION, 2)];
}

/** In a process of its own, so that its memory is that of the sweep and nothing is warm. */
function endToEnd(networks: readonly string[], points: number, workers: number): SweepMeasurement {
  const child = fileURLToPath(new URL('../../build/bench/sweep-child.js', import.meta.url));
  const output = execFileSync(process.execPath, [child, String(points), String(workers), ...networks]);
  const run: SweepRun = JSON.parse(output.toString());
  return { ...measurement('sweep', run.points, workers, run.seconds), ...run };
}

function oneAndTwo(networks: readonly string[], points: number, rounds: number): SweepMeasurement[] {
  const runs = Array.from({ length: rounds }, () =>
    [1, 2].map((workers) => endToEnd(networks, points, workers)),
  );
  const one = best(runs.map(([first]) => first!));
  const two = best(runs.map(([, second]) => second!));
  return [one, { ...two, overOne: one.seconds / two.seconds }];
}

function best(runs: readonly SweepMeasurement[]): SweepMeasurement {
  return runs.reduce((least, run) => (run.seconds < least.seconds ? run : least));
}

async function pointsAlone(
  networks: readonly string[],
  points: number,
  rounds: number,
): Promise<SweepMeasurement[]> {
  const { plan, setup } = await planSweep(sweepSpec(networks, points));
  const { manifest } = plan;
  const pools = [new Pool(setup, 1, { manifest }), new Pool(setup, 2, { manifest })];
  const times: number[][] = [[], []];
  const play = (pool: Pool) =>
    inFolder(async (folder) => {
      const journal = Journal.open(join(folder, 'journal.jsonl'));
      const start = performance.now();
      for await (const _ of runPoints(plan, journal, pool));
      journal.close();
      return (performance.now() - start) / 1000;
    });
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [i, pool] of pools.entries()) {
        const time = await play(pool);
        // The first round warms the workers up.
        if (round > 0) times[i]!.push(time);
      }
    }
  } finally {
    for (const pool of pools) await pool.close();
  }
  const [one, two] = times.map((list) => Math.min(...list));
  return [
    measurement('sweep-points', plan.count, 1, one!),
    { ...measurement('sweep-points', plan.count, 2, two!), overOne: one! / two! },
  ];
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measurement(name: string, points: number, workers: number, seconds: number): SweepMeasurement {
  return { name, points, workers, seconds, pointsPerSecond: points / seconds };
}
