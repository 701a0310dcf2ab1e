import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ObjectiveName, Optimization, Schedule } from '../../src/index.ts';
import { clsaCim, failure, json, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const MESH = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));

/** Standard output of an optimisation; how fast it was is on standard error. */
async function optimized(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await clsaCim('optimize', ...args);
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/^(clsa-cim: \d+ evaluations in \d+\.\d\d s, \d+ per second\n)+$/);
  return stdout;
}

async function document<Name extends ObjectiveName = 'latency'>(
  ...args: string[]
): Promise<Optimization<Name>> {
  const result: Optimization<Name> = JSON.parse(await optimized(...args, '--json'));
  return result;
}

describe.concurrent('optimize', () => {
  test('--json prints the keys that are promised, and the same bytes twice', async () => {
    const args = [
      'tinyyolov4',
      '--extra-pes',
      '200',
      '--granularity',
      'row',
      '--max-evaluations',
      '2000',
      '--json',
    ];
    const [first, second] = await Promise.all([optimized(...args), optimized(...args)]);
    expect(first).toBe(second);
    const result: Optimization<'latency'> = JSON.parse(first);
    expect(Object.keys(result)).toEqual([
      ...['version', 'model', 'architecture', 'objective', 'metric', 'granularity'],
      ...['minimumPes', 'totalPes', 'usedPes', 'cells'],
      ...['greedy', 'best', 'bound', 'gap', 'evaluations', 'seed', 'stoppedBy', 'history', 'chip'],
    ]);
    expect(result).toMatchObject({
      model: 'tinyyolov4',
      architecture: 'paper',
      objective: 'latency',
      totalPes: 317,
    });
    expect(Object.keys(result.best)).toEqual(['cycles', 'latencyNs', 'usedPes', 'copies']);
    expect(Object.keys(result.best.copies)).toHaveLength(21);
    const { history = [], greedy, best, bound, evaluations } = result;
    expect(history[0]).toEqual({ evaluations: 1, best: greedy.cycles });
    expect(history.at(-1)).toMatchObject({ best: best.cycles, bound });
    const rises = (values: number[]) => values.toSorted((a, b) => a - b);
    const counts = history.map((step) => step.evaluations);
    expect(counts).toEqual(rises(counts));
    expect(counts.at(-1)).toBeLessThanOrEqual(evaluations);
    const costs = history.map((step) => step.best);
    expect(costs).toEqual(rises(costs).reverse());
  });

  test('--copies-out writes what schedule --duplication takes', async () => {
    const copies = join(folder, 'copies.json');
    const args = ['tinyyolov4', '--extra-pes', '200', '--granularity', 'row'];
    const { best } = await document(...args, '--max-evaluations', '2000', '--copies-out', copies);
    const scheduled = await json<Schedule>('schedule', ...args, '--duplication', copies);
    expect(scheduled).toMatchObject({ cycles: best.cycles, usedPes: best.usedPes });
  });

  test('prints figures beside those of greedy and the copies that differ', async () => {
    const text = await optimized('vgg16', '--extra-pes', '100', '--granularity', '4x4', '--gap', '5');
    expect(text).toMatch(
      /^vgg16 on paper, 4x4 sets, 333 PEs: best latency\n\n\| +\| +greedy \| +best \| +bound \|\n/,
    );
    expect(text).toMatch(/^\| gap +\| +\| +\d+\.\d % \|/m);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('tries crossbars and budgets, and says what does not fit', async () => {
    const args = ['tinyyolov4', '--granularity', 'row', '--crossbar', '128,256x512', '--budgets', '117,149'];
    const text = await optimized(...args);
    expect(text.match(/^\| +128x128 \|.*does not fit/gm)).toHaveLength(2);
    expect(text.match(/^\| +256x512 \|.*%/gm)).toHaveLength(2);
    const { runs } = JSON.parse(await optimized(...args, '--json'));
    expect(runs.map((run: object) => 'error' in run)).toEqual([true, true, false, false]);
    expect(await failure(1, 'optimize', 'tinyyolov4', '--budgets', '1,2')).toMatch(
      /needs 117 PEs and there are 1/,
    );
  });

  test('optimises energy with simulations', async () => {
    const result = await document<'edp'>(
      NET,
      '--arch',
      MESH,
      '--pes',
      '12',
      '--objective',
      'edp',
      '--placement',
      'optimised',
    );
    expect(result.best.energyDelayPjNs).toBeLessThanOrEqual(result.greedy.energyDelayPjNs);
    expect(result.bound).toBeLessThanOrEqual(result.best.energyDelayPjNs);
    expect(result.missingEnergies).toEqual(['gpeu', 'offChip', 'leakage']);
  });

  test.each<[string[], RegExp]>([
    [['--objective', 'speed'], /Allowed choices are latency, throughput, energy, edp/],
    [['--gap', '100'], /must be a percentage from 0 to below 100/],
    [['--max-seconds', '0'], /must be a number of seconds above 0/],
    [['--max-evaluations', '0'], /must be a whole number from 1 on/],
    [['--crossbar', '128,x'], /must be sizes such as 128,256/],
    [['--budgets', '1.5'], /must be numbers of PEs/],
    [['--budgets', '9', '--pes', '9'], /--budgets and --pes or --extra-pes are both given/],
    [['--budgets', '9', '--copies-out', 'x'], /--copies-out takes the copies of one run/],
    [['--pes', '9', '--extra-pes', '3'], /--pes and --extra-pes are both given/],
    [['--placement', 'x'], /--placement "x": must be snake or optimised/],
    [['--granularity', '0x1'], /granularity "0x1"/],
  ])('%j is wrong usage', async (args, message) => {
    expect(await failure(2, 'optimize', NET, ...args)).toMatch(message);
  });

  test.each<[string[], RegExp]>([
    [['--objective', 'energy'], /has no figures of energy/],
    [['--pes', '5'], /needs 6 PEs and there are 5/],
  ])('%j is a fault of the input', async (args, message) => {
    expect(await failure(1, 'optimize', NET, ...args)).toMatch(message);
  });

  test('says that a file of copies cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { status, stderr } = await clsaCim('optimize', NET, '--copies-out', join(file, 'copies.json'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/--copies-out ".*copies\.json": cannot be written: .*; give another path\n$/);
    expect(existsSync(join(file, 'copies.json'))).toBe(false);
  });
});
