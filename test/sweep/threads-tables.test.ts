import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { mergeSweeps, type SweepSpec, sweep } from '../../src/sweep/index.ts';
import { Journal } from '../../src/sweep/journal.ts';
import { Pool } from '../../src/sweep/pool.ts';
import { PoolBlocks } from '../../src/sweep/pool-blocks.ts';
import { writeResults } from '../../src/sweep/results.ts';
import { planSweep } from '../../src/sweep/session.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More points than one row group has; points without PEs enough fail. */
const spec: SweepSpec = {
  models: [NET],
  product: {
    pes: { from: 1, to: 1400, step: 1 },
    granularity: ['row', 'pixel'],
    duplication: ['none', 'greedy', 'sum', null],
    batch: [1, 2],
  },
};

const files = ['results.csv', 'results.parquet', 'summary.json'];
const contentOf = (directory: string) =>
  files.map((name) => readFileSync(join(directory, name)).toString('latin1'));

test('tables of threads are those of the main thread, also where threads fail', async () => {
  const out = join(folder, 'out');
  let points = 0;
  for await (const { key } of sweep(spec, { out, workers: 2 })) points += key === '' ? 0 : 1;
  expect(points).toBe(22_400);
  const ofThreads = contentOf(out);
  const merged = join(folder, 'merged');
  await mergeSweeps([out], merged);
  expect(contentOf(merged).map((text, i) => text === ofThreads[i])).toEqual([true, true, true]);

  const { plan, setup } = await planSweep(spec);
  const journal = Journal.read(join(out, 'journal.jsonl'));
  // Threads that need a manifest and have none fail at all that is asked of them.
  const pool = new Pool(setup, 2);
  try {
    const blocks = new PoolBlocks(pool, plan.manifest);
    for (const mostKept of [undefined, 0]) {
      await writeResults(out, plan, journal, { blocks, mostKept });
      expect(contentOf(out).map((text, i) => text === ofThreads[i])).toEqual([true, true, true]);
    }
  } finally {
    await pool.close();
    journal.close();
  }
}, 120_000);

test('points that mean the same have the same row each', async () => {
  const out = join(folder, 'same');
  const same: SweepSpec = { models: [NET], product: { extraPes: [0, 3], duplication: [null, 'greedy'] } };
  const cycles: unknown[] = [];
  for await (const { index, results } of sweep(same, { out, workers: 2 })) cycles[index] = results?.cycles;
  expect([cycles[0], cycles[2]]).toEqual([cycles[1], cycles[3]]);
  const lines = readFileSync(join(out, 'results.csv'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(5);
});
