import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, describe, expect, test } from 'vitest';
import { findPreset } from '../../src/index.ts';
import { markdown } from '../../src/report/markdown.ts';
import { sweepText } from '../../src/report/sweep-summary.ts';
import { type SweepSpec, type SweepSummary, sweep } from '../../src/sweep/index.ts';
import { version } from '../../src/version.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-summary-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let directories = 0;

/** The tables and the summary that a sweep leaves. */
async function tables(spec: SweepSpec) {
  const out = join(folder, `${directories++}`);
  for await (const _ of sweep(spec, { workers: 1, out }));
  const rows: Record<string, unknown>[] = await parquetReadObjects({
    file: await asyncBufferFromFile(join(out, 'results.parquet')),
  });
  const summary: SweepSummary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(out, 'sweep.json'), 'utf8'));
  return { rows, summary, manifest };
}

function chipFile(name: string, fields: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...findPreset('paper'), name, ...fields }));
  return path;
}

const mvm = { mvmEnergyPj: 1000 };
const all = {
  ...{ ...mvm, bufferReadEnergyPjPerBit: 0.1, bufferWriteEnergyPjPerBit: 0.1 },
  ...{ gpeuOperationEnergyPj: 0.1, leakageMw: 1 },
};

describe('energies that are not known', () => {
  test('are nothing in the tables, and the best of nothing', async () => {
    const { rows, summary } = await tables({ models: [NET], product: { simulated: true } });
    expect(rows).toMatchObject([
      {
        ...{
          'energyPj.total': null,
          'areaMm2.total': null,
          energyDelayPjNs: null,
          'energyPj.parts.mvm': null,
        },
        ...{ 'energyPj.missing': 'mvm bufferRead bufferWrite gpeu leakage', pareto: true },
      },
    ]);
    expect(summary.models[0]!.best.map(({ metric }) => metric)).not.toContain('energyPj.total');
  });

  test('are not compared with those that are', async () => {
    const { rows, summary } = await tables({
      models: [NET],
      architectures: [chipFile('partly', { chip: mvm }), chipFile('whole', { chip: all }), 'paper'],
      product: { simulated: true, extraPes: [0, 4] },
      pareto: ['energyPj.total', 'latencyNs'],
    });
    // The chip of which less is known has the smaller sums.
    const totals = rows.map((row) => Number(row['energyPj.total']));
    expect(totals[0]).toBeLessThan(totals[2]!);
    expect(rows.map((row) => [row.architecture, row.pareto])).toEqual([
      ...[
        ['partly', false],
        ['partly', false],
        ['whole', false],
        ['whole', true],
      ],
      ...[
        ['paper', false],
        ['paper', false],
      ],
    ]);
    const [model] = summary.models;
    expect(model).toMatchObject({ points: 6, failed: 0, uncompared: 4 });
    expect(model!.paretoFront).toMatchObject([{ architecture: 'whole', extraPes: 4, pareto: true }]);
    const best = model!.best.find(({ metric }) => metric === 'energyPj.total')!;
    expect(best).toMatchObject({ point: { architecture: 'whole' } });
    expect(best).not.toHaveProperty('missing');
    expect(markdown(sweepText(summary, ['architecture', 'extraPes']))).toMatch(
      /1 of 6 points on the Pareto front of energyPj\.total, latencyNs\n4 are not compared: their chips lack figures/,
    );
  });

  test('in part are compared with others of the same parts, and said to be', async () => {
    const { summary } = await tables({
      models: [NET],
      architectures: [chipFile('partly', { chip: mvm })],
      product: { simulated: true, extraPes: [0, 4] },
      pareto: ['energyPj.total', 'latencyNs'],
    });
    const [model] = summary.models;
    expect(model).toMatchObject({ uncompared: 0, paretoFront: [{ extraPes: 4 }] });
    const missing = ['bufferRead', 'bufferWrite', 'gpeu', 'leakage'];
    expect(model!.best.find(({ metric }) => metric === 'energyPj.total')).toMatchObject({ missing });
    expect(markdown(sweepText(summary, ['extraPes']))).toMatch(
      /^\| energyPj\.total without bufferRead, bufferWrite, gpeu, leakage \|/m,
    );
  });
});

describe('crossbars of several sizes', () => {
  const product = { extraPes: [0, 16] };
  const sizes = { crossbarRows: [256, 128], crossbarColumns: [256, 128] };

  test('are compared by cells', async () => {
    const { rows, summary } = await tables({ models: ['tinyyolov4'], product, zip: sizes });
    expect(summary.pareto).toEqual(['latencyNs', 'cells']);
    for (const row of rows) {
      const cells = Number(row.totalPes) * Number(row.crossbarRows) * Number(row.crossbarColumns);
      expect(row.cells).toBe(BigInt(cells));
    }
    const front = rows.filter(({ pareto }) => pareto === true);
    const beats = (a: Record<string, unknown>, b: Record<string, unknown>) =>
      ['latencyNs', 'cells'].every((metric) => Number(a[metric]) <= Number(b[metric])) &&
      ['latencyNs', 'cells'].some((metric) => Number(a[metric]) < Number(b[metric]));
    const unbeaten = rows.filter((row) => !rows.some((other) => beats(other, row)));
    expect(front).toEqual(unbeaten);
    expect(front.length).toBeLessThan(rows.length);
  });

  test('of several chips are compared by cells, too, those of one size by PEs, unless the spec says so', async () => {
    const metrics = async (spec: Omit<SweepSpec, 'models'>) =>
      (await tables({ models: [NET], ...spec })).summary.pareto[1];
    expect(await metrics({ architectures: ['paper', 'raella'] })).toBe('cells');
    expect(await metrics({ product })).toBe('totalPes');
    expect(
      await metrics({
        architectures: ['paper', 'raella'],
        zip: { crossbarRows: [64], crossbarColumns: [64] },
      }),
    ).toBe('totalPes');
    expect(await metrics({ zip: sizes, pareto: ['latencyNs', 'totalPes'] })).toBe('totalPes');
  });
});

test('the front is that of every model, and a failed point is not on it', async () => {
  const { rows } = await tables({
    models: [NET, 'tinyyolov4'],
    product: { pes: [6, 117, 200], duplication: 'none' },
  });
  expect(rows.map(({ error, pareto }) => [error === null, pareto])).toEqual([
    ...[
      [true, true],
      [true, false],
      [true, false],
    ],
    ...[
      [false, false],
      [true, true],
      [true, false],
    ],
  ]);
});

test('summary and manifest have the version and the chips', async () => {
  const { summary, manifest } = await tables({ models: [NET], architectures: ['paper', 'puma'] });
  const [paper, puma] = [findPreset('paper')!, findPreset('puma')!];
  expect(summary).toMatchObject({ version, chips: { paper, puma } });
  expect(manifest).toMatchObject({ engine: expect.stringMatching(version), architectures: [paper, puma] });
});
