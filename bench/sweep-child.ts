/**
 * Measures a sweep from the spec to the tables in a process of its own: `node build/bench/sweep-child.js POINTS WORKERS
 * NETWORK...` prints a {@link SweepRun} as JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import '../src/node/engine-file.ts';
import { planSweep, SweepSession } from '../src/sweep/session.ts';
import { sweepSpec } from './sweep-spec.ts';

/** What a sweep took. */
export interface SweepRun {
  readonly points: number;
  readonly seconds: number;
  /** Of these, seconds in which the main thread did something: two workers cannot share them. */
  readonly mainSeconds: number;
  /** Of all threads, those of the collector and the compiler among them. */
  readonly cpuSeconds: number;
  /** Peak of the memory of the process. */
  readonly peakMib: number;
}

async function run(points: number, workers: number, networks: readonly string[]): Promise<SweepRun> {
  const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-bench-'));
  const start = performance.now();
  const before = performance.eventLoopUtilization();
  const cpuBefore = process.cpuUsage();
  try {
    const planned = await planSweep(sweepSpec(networks, points));
    const session = new SweepSession(planned, folder, { workers });
    try {
      for await (const _ of session.run());
      await session.finish();
    } finally {
      await session.close();
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    return {
      points: planned.plan.count,
      seconds: (performance.now() - start) / 1000,
      mainSeconds: performance.eventLoopUtilization(before).active / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMib: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [points, workers, ...networks] = process.argv.slice(2);
console.log(JSON.stringify(await run(Number(points), Number(workers), networks)));
