import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  findPreset,
  loadModel,
  parseGranularity,
  type Schedule,
  schedule,
  simulate,
} from '../../src/index.ts';
import { type SweepResult, type SweepSpec, sweep } from '../../src/sweep/index.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const MESH = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-sweep-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function resultsOf(spec: SweepSpec, options = {}): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for await (const result of sweep(spec, { workers: 2, ...options })) results.push(result);
  return results.toSorted((a, b) => a.index - b.index);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The keys of a result that hold single values, and its area. */
function scalars(result: Pick<Schedule, 'areaMm2'>): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(result).filter(([, value]) => typeof value !== 'object')),
    'areaMm2.total': result.areaMm2.total,
    'areaMm2.missing': result.areaMm2.missing.join(' '),
  };
}

describe('sweep()', () => {
  test('equals schedule() on every point', async () => {
    const results = await resultsOf({
      models: ['tinyyolov4', NET, 'resnet50'],
      product: {
        extraPes: [0, 16, 32],
        granularity: ['row', 'pixel', '4x4'],
        duplication: ['none', 'greedy', 'sum'],
        scheduling: ['xinf', 'lbl'],
      },
      zip: { crossbarRows: [256, 128], crossbarColumns: [256, 512] },
    });
    expect(results).toHaveLength(3 * 3 * 3 * 3 * 2 * 2);
    const networks = {
      tinyyolov4: loadModel('tinyyolov4'),
      'three-layers': loadModel(NET),
      resnet50: loadModel('resnet50'),
    };
    for (const { parameters, results: found } of results) {
      const { model, extraPes, granularity, duplication, scheduling, crossbarRows, crossbarColumns } =
        parameters;
      const expected = schedule(
        networks[model as keyof typeof networks],
        {
          ...findPreset('paper')!,
          crossbarRows: Number(crossbarRows),
          crossbarColumns: Number(crossbarColumns),
        },
        {
          extraPes: Number(extraPes),
          granularity: parseGranularity(String(granularity)),
          duplication: duplication as 'none' | 'greedy' | 'sum',
          scheduling: scheduling as 'xinf' | 'lbl',
        },
      );
      expect(found).toEqual(scalars(expected));
    }
  });

  test('equals simulate() on simulated points, with the chip changed', async () => {
    const results = await resultsOf({
      models: [NET],
      architectures: ['isaac'],
      product: { simulated: [false, true], 'chip.linkBitsPerCycle': [null, 8], batch: [1, 2], extraPes: 4 },
      where: 'simulated or batch == 1',
    });
    const isaac = findPreset('isaac')!;
    expect(results).toHaveLength(6);
    for (const { parameters, results: found } of results.filter(
      ({ parameters: { simulated } }) => simulated,
    )) {
      const { linkBitsPerCycle: _, ...chip } = isaac.chip!;
      const width = parameters['chip.linkBitsPerCycle'];
      const architecture = {
        ...isaac,
        chip: typeof width === 'number' ? { ...chip, linkBitsPerCycle: width } : chip,
      };
      const expected = simulate(loadModel(NET), architecture, {
        extraPes: 4,
        batch: Number(parameters.batch),
      });
      expect(found).toEqual({
        ...scalars(expected),
        'energyPj.total': expected.energyPj.total,
        ...Object.fromEntries(
          Object.entries(expected.energyPj.parts).map(([part, energy]) => [`energyPj.parts.${part}`, energy]),
        ),
        'energyPj.missing': 'dac crossbar gpeu offChip leakage',
        'bottleneck.layer': 'conv2d',
        'bottleneck.copies': expected.bottleneck.copies,
        'bottleneck.mvmCycles': expected.bottleneck.mvmCycles,
        'tried.taken': expected.tried!.taken,
      });
    }
  });

  test('takes sizes of dimensions, files of architectures and of copies', async () => {
    const copies = file('copies.yaml', '{conv2d: 3}');
    const results = await resultsOf({
      models: ['tinyyolov4'],
      architectures: ['paper', MESH],
      product: { 'dim.height': [416, 224], extraPes: 40, duplication: ['greedy', copies] },
    });
    expect(
      results.map(({ parameters }) => [
        parameters.architecture,
        parameters['dim.height'],
        parameters.duplication,
      ]),
    ).toEqual(
      ['paper', 'mesh'].flatMap((name) =>
        [416, 224].flatMap((size) => ['greedy', copies].map((policy) => [name, size, policy])),
      ),
    );
    for (const { parameters, results: found } of results) {
      const height = Number(parameters['dim.height']);
      const network = loadModel('tinyyolov4', { dims: { height } });
      const duplication =
        parameters.duplication === 'greedy' ? 'greedy' : [3, ...new Array<number>(20).fill(1)];
      const expected = schedule(network, findPreset('paper')!, { extraPes: 40, duplication });
      expect(found).toMatchObject({ cycles: expected.cycles, usedPes: expected.usedPes });
    }
  });

  test('has the error of a point that fails in its place', async () => {
    const results = await resultsOf({ models: ['tinyyolov4'], product: { pes: [100, 117, 149] } });
    expect(results.map(({ error }) => error !== undefined)).toEqual([true, false, false]);
    expect(results[0]!.error).toMatch(/needs 117 PEs and there are 100/);
    expect(results[0]).not.toHaveProperty('results');
  });

  test('takes a module of policies, whose failures are those of points', async () => {
    const policies = file(
      'policies.mjs',
      `export const single = (layers) => layers.map(() => 1);
       export default function first(layers, extra) {
         return layers.map((layer, i) => (i === 0 ? 1 + Math.floor(extra / layer.pesPerCopy) : 1));
       }
       export const broken = () => { throw new Error('not today'); };
       export const greedyBeyond = (layers) => layers.map(() => 1000);`,
    );
    const results = await resultsOf(
      {
        models: ['tinyyolov4'],
        product: { extraPes: 32, duplication: ['none', 'single', 'first', 'broken', 'greedyBeyond'] },
      },
      { policyModule: policies },
    );
    const network = loadModel('tinyyolov4');
    const [none, single, first, broken, beyond] = results;
    expect(single!.results).toEqual(none!.results);
    expect(first!.results!.cycles).toBe(
      schedule(network, findPreset('paper')!, {
        extraPes: 32,
        duplication: (layers, extra) =>
          layers.map((layer, i) => (i === 0 ? 1 + Math.floor(extra / layer.pesPerCopy) : 1)),
      }).cycles,
    );
    expect(broken!.error).toBe('the duplication policy "broken" failed: not today');
    expect(beyond!.error).toMatch(/PEs beyond the minimum/);
  });

  test('loses only the point whose worker dies or runs out of memory', async () => {
    const policies = file(
      'deadly.mjs',
      `const die = (deadly) => (layers, extra) => {
         if (extra === 3) deadly();
         return layers.map(() => 1);
       };
       export const exits = die(() => process.exit(3));
       export const eats = die(() => { const all = []; for (;;) all.push(new Array(1e5).fill({})); });`,
    );
    const results = await resultsOf(
      {
        models: [NET],
        product: { duplication: ['none', 'exits', 'eats'], extraPes: { from: 0, to: 7, step: 1 } },
        policies,
      },
      { workerMemoryMib: 64 },
    );
    expect(results).toHaveLength(24);
    const failed = results.filter(({ error }) => error !== undefined);
    expect(failed.map(({ parameters }) => `${parameters.duplication} ${parameters.extraPes}`)).toEqual([
      'exits 3',
      'eats 3',
    ]);
    expect(failed[0]!.error).toMatch(/its worker ended/);
    expect(failed[1]!.error).toMatch(/ran out of memory \(64 MiB\)/);
  });

  test('stops where it is told to, and goes on in the same directory', async () => {
    const spec: SweepSpec = { models: ['resnet50'], product: { extraPes: { from: 0, to: 299, step: 1 } } };
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    const seen: string[] = [];
    const stopped = (async () => {
      for await (const { key } of sweep(spec, { out, workers: 2, signal: controller.signal })) {
        seen.push(key);
        if (seen.length === 20) controller.abort();
      }
    })();
    await expect(stopped).rejects.toThrow(/abort/);
    expect(seen.length).toBeLessThan(300);
    const all = await resultsOf(spec, { out });
    expect(all).toHaveLength(300);
    expect(all.map(({ key }) => key)).toEqual(expect.arrayContaining(seen));
    expect(new Set(all.map(({ key }) => key)).size).toBe(300);
  });

  test.each<[string, unknown]>([
    [
      'sweep: product: no parameter is called "granularityy"; did you mean "granularity"?',
      { product: { granularityy: [1] } },
    ],
    [
      'sweep: product.granularity.1: must be pixel, row or HxW',
      { product: { granularity: ['row', '4by4'] } },
    ],
    [
      'sweep: zip: extraPes has 2 values and granularity has 1',
      { zip: { extraPes: [1, 2], granularity: ['row'] } },
    ],
    ['"extraPes" is given twice', { product: { extraPes: [1] }, zip: { extraPes: [2] } }],
    ['no metric is called "latency"', { pareto: ['latency', 'cycles'] }],
    ['where drops all 2 points', { product: { extraPes: [1, 2] }, where: 'extraPes > 2' }],
    ['sweep: must be a mapping', [] as unknown],
  ])('says in one line: %s', async (message, part) => {
    const spec = Array.isArray(part) ? part : { models: ['vgg16'], ...(part as object) };
    await expect(resultsOf(spec as SweepSpec)).rejects.toThrow(message);
  });
});
