import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../src/sweep/journal.ts';
import { Pool } from '../src/sweep/pool.ts';
import { runPoints } from '../src/sweep/run.ts';
import { planSweep, SweepSession } from '../src/sweep/session.ts';
import type { SweepSpec } from '../src/sweep/spec.ts';

/** One result of {@link sweepBenchmark}; `--json` prints them as they are. */
export interface SweepMeasurement {
  readonly name: string;
  readonly points: number;
  readonly workers: number;
  readonly seconds: number;
  readonly pointsPerSecond: number;
  /** Time of one worker, over this time and the number of workers. */
  readonly efficiency?: number;
}

/** Ideal points over networks: three policies and two granularities at so many PEs beyond the minimum. */
function specOf(networks: readonly string[], extraPes: number): SweepSpec {
  return {
    models: [...networks],
    product: {
      extraPes: { from: 0, to: extraPes - 1, step: 1 },
      granularity: ['row', 'pixel'],
      duplication: ['none', 'greedy', 'sum'],
    },
  };
}

/**
 * `sweep`: 10,000 ideal points over the networks, from the spec to the tables, as a user waits for them;
 * `sweep-points`: the points alone with one worker and with two, taken in turns, the best of each (what else the machine does only adds).
 */
export async function sweepBenchmark(
  networks: readonly string[],
  quick: boolean,
): Promise<SweepMeasurement[]> {
  const points = quick ? 200 : 10_000;
  const spec = specOf(networks, Math.ceil(points / (networks.length * 6)));
  return [await endToEnd(spec), ...(await scaling(spec, quick ? 1 : 5))];
}

async function endToEnd(spec: SweepSpec): Promise<SweepMeasurement> {
  return inFolder(async (folder) => {
    const start = performance.now();
    const planned = await planSweep(spec);
    const session = new SweepSession(planned, folder, { workers: 2 });
    try {
      for await (const _ of session.run());
      await session.finish();
    } finally {
      await session.close();
    }
    return measurement('sweep', planned.plan.count, 2, performance.now() - start);
  });
}

async function scaling(spec: SweepSpec, rounds: number): Promise<SweepMeasurement[]> {
  const { plan, setup } = await planSweep(spec);
  const { manifest } = plan;
  const pools = [new Pool(setup, 1, { manifest }), new Pool(setup, 2, { manifest })];
  const times: number[][] = [[], []];
  const play = (pool: Pool) =>
    inFolder(async (folder) => {
      const journal = Journal.open(join(folder, 'journal.jsonl'));
      const start = performance.now();
      for await (const _ of runPoints(plan, journal, pool));
      journal.close();
      return performance.now() - start;
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
    { ...measurement('sweep-points', plan.count, 2, two!), efficiency: one! / (2 * two!) },
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

function measurement(name: string, points: number, workers: number, milliseconds: number): SweepMeasurement {
  const seconds = milliseconds / 1000;
  return { name, points, workers, seconds, pointsPerSecond: points / seconds };
}
