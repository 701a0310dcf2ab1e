import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { findPreset, loadModel, type Schedule, schedule } from '../../src/index.ts';
import { type SweepResult, type SweepSpec, sweep } from '../../src/sweep/index.ts';
import { planSweep } from '../../src/sweep/session.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-sweep-turns-'));
afterAll(() => rmSync(folder, { recursive: true }));

const network = loadModel(NET);
const paper = findPreset('paper')!;

async function resultsOf(spec: SweepSpec, out?: string): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for await (const result of sweep(spec, { workers: 1, ...(out === undefined ? {} : { out }) }))
    results.push(result);
  return results.toSorted((a, b) => a.index - b.index);
}

/** The single values of a schedule, and its area. */
function scalars(result: Schedule): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(result).filter(([, value]) => typeof value !== 'object')),
    'areaMm2.total': result.areaMm2.total,
    'areaMm2.missing': result.areaMm2.missing.join(' '),
  };
}

function columnsOf(out: string): string[] {
  return readFileSync(join(out, 'results.csv'), 'utf8').split('\n')[0]!.split(',');
}

describe('points with weights in turns', () => {
  test('equal schedule() with the same options', async () => {
    const cuts = join(folder, 'cuts.yaml');
    writeFileSync(cuts, '[conv2d_2]');
    const results = await resultsOf({
      models: [NET],
      product: {
        pes: [3, 6, 9],
        rounds: [null, 'auto', 'fewest', cuts],
        reload: [null, 'barrier'],
        group: [null, 2],
        batch: 3,
        peWriteNs: 14_000,
      },
    });
    expect(results).toHaveLength(3 * 4 * 2 * 2);
    for (const { parameters, results: found, error } of results) {
      expect(error).toBe(undefined);
      const { pes, rounds, reload, group } = parameters;
      const expected = schedule(
        network,
        { ...paper, peWriteNs: 14_000 },
        {
          pes: Number(pes),
          batch: 3,
          ...(group === null ? {} : { group: Number(group) }),
          ...(reload === null ? {} : { reload: 'barrier' }),
          ...(rounds === null
            ? {}
            : { rounds: rounds === 'auto' || rounds === 'fewest' ? rounds : ['conv2d_2'] }),
        },
      );
      expect(found).toEqual(scalars(expected));
    }
  });

  test('are there from a part of the PEs of a network to twice as many', async () => {
    const out = join(folder, 'sizes');
    const spec: SweepSpec = {
      models: [NET],
      product: { pes: { from: 1, to: 12, step: 1 }, rounds: null, peWriteNs: 14_000 },
    };
    const results = await resultsOf(spec, out);
    expect(results.map(({ error }) => error)).toEqual(new Array(12).fill(undefined));
    expect(results.map(({ results: found }) => 'roundCount' in found!)).toEqual([
      ...new Array(5).fill(true),
      ...new Array(7).fill(false),
    ]);
    expect(columnsOf(out)).toEqual(expect.arrayContaining(['roundCount', 'writes', 'intervalCycles']));
    // Nothing is known of energy and endurance on any of the points.
    expect(columnsOf(out)).not.toContain('lifetimeYears');
  });

  test('fail by themselves, and the error names the rounds', async () => {
    const cuts = join(folder, 'unknown.yaml');
    writeFileSync(cuts, '[conv2d_7]');
    const results = await resultsOf({
      models: [NET],
      product: { rounds: [cuts, 'auto'], peWriteNs: [14_000, null], pes: 3 },
    });
    expect(results.map(({ error }) => error?.replace(cuts, 'FILE'))).toEqual([
      'rounds FILE: no base layer or slice is called "conv2d_7"; did you mean "conv2d_1"?',
      'rounds FILE: architecture paper does not say how long writing takes; add peWriteNs or rowWriteNs to it',
      undefined,
      'rounds auto: architecture paper does not say how long writing takes; add peWriteNs or rowWriteNs to it',
    ]);
  });

  test('are simulated, and with nothing but MVMs and writing a simulation is what is scheduled', async () => {
    const results = await resultsOf({
      models: [NET],
      product: { simulated: [false, true], rounds: [null, 'auto'], pes: [3, 6], peWriteNs: 14_000 },
    });
    expect(results.map(({ error }) => error)).toEqual(new Array(8).fill(undefined));
    const told = results.map(({ results: found }) => [found!.cycles, found!.roundCount, found!.writes]);
    // The one that fits on 6 PEs, and is asked for no rounds, says nothing of them.
    expect(told.slice(4)).toEqual(told.slice(0, 4));
  });

  test('take copies of slices from a file', async () => {
    const copies = join(folder, 'copies.yaml');
    writeFileSync(copies, '{"conv2d_2[2/2]": 2}');
    const [point] = await resultsOf({
      models: [NET],
      product: { duplication: copies, pes: 2, peWriteNs: 14_000 },
    });
    const expected = schedule(
      network,
      { ...paper, peWriteNs: 14_000 },
      { pes: 2, duplication: [1, 1, 1, 2] },
    );
    expect(point!.results).toMatchObject({ cycles: expected.cycles, usedPes: 2 });
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      'rounds',
      { rounds: ['atuo'] },
      'sweep: no kind of rounds and no file is called "atuo"; did you mean "auto"?',
    ],
    ['reload', { reload: ['slowly'] }, 'sweep: product.reload.0: must be rolling or barrier, found "slowly"'],
    ['group', { group: [0] }, 'sweep: product.group.0: must be a whole number from 1 to'],
  ])('are refused with a mistake in %s', async (_, product, message) => {
    await expect(resultsOf({ models: [NET], product })).rejects.toThrow(message);
  });
});

describe('sweeps without turns and batches', () => {
  const spec: SweepSpec = { models: [NET], product: { extraPes: [0, 3], granularity: 'row' } };

  test('have no columns of them', async () => {
    const out = join(folder, 'plain');
    await resultsOf(spec, out);
    expect(columnsOf(out)).toEqual([
      ...[
        'model',
        'architecture',
        'extraPes',
        'granularity',
        'scheduling',
        'minimumPes',
        'totalPes',
        'usedPes',
      ],
      ...['cells', 'baselineCycles', 'cycles', 'lowerBoundCycles', 'latencyNs', 'speedup', 'utilization'],
      ...['areaMm2.total', 'areaMm2.missing', 'pareto', 'error'],
    ]);
  });

  test('keep the columns of simulated points where they were', async () => {
    const out = join(folder, 'simulated');
    await resultsOf({ models: [NET], product: { simulated: [false, true] } }, out);
    const columns = columnsOf(out);
    expect(columns.slice(columns.indexOf('areaMm2.missing') + 1).slice(0, 2)).toEqual(['batch', 'clockNs']);
    expect(columns).not.toContain('group');
  });

  test('give points of one inference no figures of a batch', async () => {
    const [one, three] = await resultsOf({ models: [NET], product: { batch: [1, 3] } });
    expect(one!.results).toEqual(scalars(schedule(network, paper)));
    expect(three!.results).toEqual(scalars(schedule(network, paper, { batch: 3 })));
  });

  test('have the keys of points that do not give what is new', async () => {
    const keys = async (product: Record<string, unknown>) => {
      const { plan } = await planSweep({ models: [NET], product });
      return [...plan.points()].map(({ key }) => key);
    };
    const plain = await keys({ extraPes: 3 });
    expect(await keys({ extraPes: 3, rounds: null, group: null, reload: null })).toEqual(plain);
    const others = await Promise.all([
      keys({ extraPes: 3, rounds: 'auto' }),
      keys({ extraPes: 3, rounds: 'fewest' }),
      keys({ extraPes: 3, reload: 'rolling' }),
      keys({ extraPes: 3, group: 1 }),
      keys({ extraPes: 3, batch: 2 }),
    ]);
    expect(new Set([...plain, ...others.flat()]).size).toBe(6);
  });
});
