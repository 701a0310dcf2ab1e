import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FIGURE_NAMES } from '../../src/compare/figures.ts';
import {
  compareRuns,
  loadModel,
  optimize,
  type RunSummary,
  readArchitecture,
  schedule,
  simulate,
  summaryOf,
} from '../../src/index.ts';

const network = loadModel('tinyyolov4');
const paper = readArchitecture('paper');
const mesh = readArchitecture('docs/examples/mesh.yaml');
const few = { granularity: 'row', extraPes: 8 } as const;

/** A result with as few keys as old versions had, and two layers. */
const OLD = {
  ...{ model: 'm', architecture: 'a', cycles: 100, latencyNs: 1000, baselineCycles: 300 },
  layers: [
    { name: 'a', copies: 1, pes: 2, startCycle: 0, endCycle: 60 },
    { name: 'b', copies: 3, pes: 4, startCycle: 20, endCycle: 100 },
  ],
};

function withLayers(
  ...layers: readonly (readonly [name: string, copies: number, start: number, end: number])[]
) {
  return {
    ...OLD,
    layers: layers.map(([name, copies, startCycle, endCycle]) => ({
      name,
      copies,
      pes: 1,
      startCycle,
      endCycle,
    })),
  };
}

/** What is compared of a figure. */
function figureOf(runs: readonly RunSummary[], name: string) {
  return compareRuns(runs).figures.find((figure) => figure.name === name);
}

describe('figures', () => {
  const plain = schedule(network, paper, few);
  const played = simulate(network, mesh, few);

  test('of two schedules are theirs, with quotients', () => {
    const more = schedule(network, paper, { granularity: 'row', extraPes: 32 });
    const runs = [summaryOf('plain', plain), summaryOf('more', more)];
    for (const name of [
      'cycles',
      'latencyNs',
      'speedup',
      'utilization',
      'totalPes',
      'usedPes',
      'cells',
    ] as const) {
      expect(figureOf(runs, name)).toEqual({
        name,
        values: [plain[name], more[name]],
        ratios: [1, more[name] / plain[name]],
      });
    }
    expect(figureOf(runs, 'throughputPerSecond')?.values).toEqual([
      1e9 / plain.latencyNs,
      1e9 / more.latencyNs,
    ]);
  });

  test('of a schedule and a simulation are what both have, and cycles of other lengths are none', () => {
    const runs = [summaryOf('plan', plain), summaryOf('chip', played)];
    const comparison = compareRuns(runs);
    expect(comparison.cycleNs).toBeUndefined();
    const names = comparison.figures.map(({ name }) => name);
    expect(names).toContain('latencyNs');
    expect(names).not.toContain('cycles');
    expect(names).not.toContain('speedup');
    expect(names).not.toContain('energyPjPerInference');
    const [change] = comparison.layers.changes;
    const planned = plain.layers.find(({ name }) => name === change?.name);
    expect(change?.runs[0]?.endNs).toBeCloseTo(planned!.endCycle * 1400, 3);
  });

  test('energy and waits of a simulation are those of one inference and of all layers', () => {
    const batch = simulate(network, mesh, { ...few, batch: 3 });
    const runs = [summaryOf('one', played), summaryOf('three', batch)];
    const energies = [played.energyPj.total!, batch.energyPj.total! / 3];
    expect(figureOf(runs, 'energyPjPerInference')?.values).toEqual(energies);
    expect(figureOf(runs, 'inferences')?.values).toEqual([1, 3]);
    const waits = [played, batch].map(({ layers }) =>
      layers.reduce((sum, layer) => sum + layer.waitDataCycles, 0),
    );
    expect(figureOf(runs, 'waitDataNs')?.values).toEqual(waits.map((cycles) => cycles * 10));
  });

  test('of a search are those of the best copies', async () => {
    const found = await optimize(network, paper, { ...few, maxEvaluations: 50 });
    const comparison = compareRuns([summaryOf('plain', plain), summaryOf('best', found)]);
    expect(comparison.cycleNs).toBe(1400);
    expect(comparison.figures.find(({ name }) => name === 'cycles')?.values).toEqual([
      plain.cycles,
      found.best.cycles,
    ]);
    const changed = plain.layers.filter(({ name, copies }) => found.best.copies[name] !== copies);
    expect(comparison.layers.changes.map(({ name }) => name).toSorted()).toEqual(
      changed.map(({ name }) => name).toSorted(),
    );
  });

  test('a batch has the interval of its groups, and a first figure of 0 no ratio', () => {
    const batch = { ...OLD, batch: 4, intervalCycles: 10, utilization: 0.5 };
    const runs = [summaryOf('one', { ...OLD, utilization: 0 }), summaryOf('four', batch)];
    expect(figureOf(runs, 'throughputPerSecond')?.values).toEqual([1e6, 1e7]);
    expect(figureOf(runs, 'utilization')).toMatchObject({ values: [0, 0.5], ratios: [null, null] });
  });

  test('a figure that the first run lacks has values and no ratios', () => {
    const runs = [OLD, { ...OLD, cells: 2 }, { ...OLD, cells: 4 }].map((result, i) =>
      summaryOf(`${i}`, result),
    );
    expect(figureOf(runs, 'cells')).toEqual({
      name: 'cells',
      values: [null, 2, 4],
      ratios: [null, null, null],
    });
  });

  test('docs/compare.md names every figure', () => {
    const text = readFileSync('docs/compare.md', 'utf8');
    expect(FIGURE_NAMES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('layers', () => {
  const compared = (...results: readonly object[]) =>
    compareRuns(results.map((result, i) => summaryOf(`${i}`, result))).layers;

  test('the same run twice has nothing but layers that are alike', () => {
    expect(compared(OLD, OLD)).toEqual({ changes: [], alike: 2, ofSome: [] });
  });

  test('are sorted by the change of duration, then of copies, then of the end', () => {
    const before = withLayers(
      ['same', 1, 0, 9],
      ['late', 1, 0, 10],
      ['copied', 2, 0, 10],
      ['long', 1, 0, 10],
    );
    const after = withLayers(['same', 1, 0, 9], ['late', 1, 3, 13], ['copied', 3, 0, 10], ['long', 1, 0, 30]);
    const { changes, alike } = compared(before, after);
    expect(changes.map(({ name }) => name)).toEqual(['long', 'copied', 'late']);
    expect(alike).toBe(1);
    expect(changes[0]?.runs).toEqual([
      { ...{ copies: 1, pes: 1, startCycle: 0, endCycle: 10, durationCycles: 10 }, ...ns(0, 100, 100) },
      { ...{ copies: 1, pes: 1, startCycle: 0, endCycle: 30, durationCycles: 30 }, ...ns(0, 300, 300) },
    ]);
  });

  const ns = (startNs: number, endNs: number, durationNs: number) => ({ startNs, endNs, durationNs });

  test('that only some runs have are told by these runs', () => {
    const first = withLayers(['a', 1, 0, 10], ['b', 1, 0, 10], ['c', 1, 0, 10]);
    const second = withLayers(['b', 1, 0, 10], ['c', 1, 0, 20], ['constructor', 1, 0, 10]);
    const third = withLayers(['b', 1, 0, 10], ['__proto__', 1, 0, 5]);
    const { changes, alike, ofSome } = compared(first, second, third);
    expect(changes).toMatchObject([{ name: 'c', runs: [{ endCycle: 10 }, { endCycle: 20 }, null] }]);
    expect(alike).toBe(1);
    expect(ofSome).toEqual([
      { runs: [0], layers: ['a'] },
      { runs: [0, 1], layers: ['c'] },
      { runs: [1], layers: ['constructor'] },
      { runs: [2], layers: ['__proto__'] },
    ]);
  });
});

describe('what is no result', () => {
  test.each<[string, unknown, string]>([
    ['a list', [], 'not a result of --json'],
    ['something else', { cycles: 3 }, 'not a result of --json'],
    ['a figure that is missing', { ...OLD, latencyNs: undefined }, 'latencyNs: must be'],
    [
      'a figure that is negative',
      { ...OLD, cycles: -1 },
      'cycles: must be a finite number that is not negative, found -1',
    ],
    ['no number', { ...OLD, cycles: Number.NaN }, 'cycles: must be'],
    ['an endless one', { ...OLD, latencyNs: Infinity }, 'latencyNs: must be'],
    ['a figure as text', { ...OLD, utilization: '1' }, 'utilization: must be'],
    ['a layer that ends before it starts', withLayers(['a', 1, 5, 4]), 'layers.0: ends before it starts'],
    ['two layers of one name', withLayers(['a', 1, 0, 4], ['a', 1, 0, 4]), 'two layers have the same name'],
    ['a layer without a name', { ...OLD, layers: [{ copies: 1 }] }, 'layers.0.name: is missing'],
    ['layers that are none', { ...OLD, layers: 3 }, 'layers: must be a list of layers, found 3'],
  ])('%s', (_, result, message) => {
    expect(() => summaryOf('run', result, 'run.json')).toThrow(message);
  });

  test('is named by the file', () => {
    expect(() => summaryOf('run', {}, 'a/run.json')).toThrow(/^a\/run\.json: /);
  });

  test('and one run is too few', () => {
    expect(() => compareRuns([summaryOf('run', OLD)])).toThrow('at least two runs, found 1');
  });
});
