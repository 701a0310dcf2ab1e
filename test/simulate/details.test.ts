import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import type { Network } from '../../src/network/network.ts';
import { convolution, elementwise, gather, UNIT_WINDOW } from '../../src/network/operators/index.ts';
import type { Tensor } from '../../src/network/tensor.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { rectangle } from '../../src/schedule/sets.ts';
import {
  type DetailedSimulation,
  type SimulationOptions,
  simulate,
  simulateAndExplain,
  simulateWorkload,
  WAIT_CAUSES,
} from '../../src/simulate/index.ts';
import { prepare } from '../../src/workload/workload.ts';

function conv(b: NetworkBuilder, name: string, input: Tensor, kernel: number): Tensor {
  const padding = (kernel - 1) / 2;
  const window = { ...UNIT_WINDOW, kernel, before: padding, after: padding };
  return convolution(b, name, input, {
    ...{ windows: [window, window], spatialAxes: [0, 1], channelAxis: 2, outputChannels: 4 },
  });
}

function networkOf(layers: (b: NetworkBuilder, input: Tensor) => void): Network {
  const b = new NetworkBuilder('details');
  layers(b, b.input('input', { dims: [6, 5, 4], h: 0, w: 1 }));
  return b.build();
}

/** A residual block. */
const residual = networkOf((b, input) => {
  const first = conv(b, 'first', input, 3);
  elementwise(b, 'add', 'Add', [conv(b, 'second', first, 3), first]);
});
/** Rows y and y + 6 of the addition read the same row of the convolution, so that a set of it is no rectangle. */
const twice = networkOf((b, input) => {
  const below = conv(b, 'first', input, 1);
  const tiled = gather(b, 'tiled', below, { axis: 0, positions: [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5] });
  elementwise(b, 'add', 'Add', [tiled, tiled]);
});
/** Both layers of the block take several PEs, so that copies go over several tiles. */
const mesh: Architecture = {
  ...paper,
  ...{ name: 'mesh', crossbarRows: 16, crossbarColumns: 16 },
  chip: {
    ...{ clockNs: 700, meshRows: 3, meshColumns: 4, pesPerTile: 2, linkBitsPerCycle: 16, hopCycles: 1 },
    ...{ offChipBitsPerCycle: 64, offChipTile: 3, gpeuOperationsPerCycle: 8 },
  },
};

/** What is printed: nothing that was kept. */
function figures({
  sets: _,
  placement: __,
  mesh: ___,
  use: ____,
  criticalSets: _____,
  ...simulation
}: DetailedSimulation) {
  return simulation;
}

describe('keepSets', () => {
  test.each<[string, Architecture, SimulationOptions]>([
    ['on a mesh', mesh, { pes: 24, batch: 3 }],
    ['on a mesh, block by block', mesh, { pes: 24, granularity: { height: 4, width: 2 } }],
    ['layer by layer', mesh, { pes: 24, scheduling: 'lbl', batch: 2 }],
  ])('gives the times of all sets %s, and changes nothing else', (_, chip, options) => {
    const simulation = simulate(residual, chip, { ...options, keepSets: true });
    const { sets = [], layers, batch, cycles } = simulation;
    expect(figures(simulation)).toEqual(simulate(residual, chip, options));
    expect(sets.map(({ name, kind, copies }) => ({ name, kind, copies }))).toEqual([
      { name: 'input', kind: 'input', copies: 1 },
      ...layers.map(({ name, op, copies }) => ({ name, kind: op === 'Add' ? 'join' : 'base', copies })),
    ]);
    for (const node of sets) {
      const all = Array.from({ length: node.count }, (_, k) => k);
      expect(node).toMatchObject({ inferences: batch, count: batch * node.setRows * node.setColumns });
      for (const k of all)
        expect(node.finish(k)).toBeGreaterThanOrEqual(node.start(k) + node.computeCycles(k));
      const layer = layers.find(({ name }) => name === node.name);
      if (layer === undefined) continue;
      expect(Math.min(...all.map((k) => node.start(k)))).toBe(layer.startCycle);
      expect(Math.max(...all.map((k) => node.finish(k)))).toBe(layer.endCycle);
      expect(all.reduce((sum, k) => sum + node.computeCycles(k), 0)).toBe(layer.computeCycles);
      expect(new Set(all.map((k) => node.copy(k))).size).toBe(layer.copies);
    }
    // Results leave the chip after the last finish.
    expect(Math.max(...sets.map((node) => node.finish(node.count - 1)))).toBeLessThan(cycles);
  });

  test('gives the sets of the schedule where movement is free', () => {
    const options = { granularity: { height: 4, width: 2 }, extraPes: 3, keepSets: true } as const;
    const { sets = [] } = simulate(residual, paper, options);
    for (const scheduled of schedule(residual, paper, options).sets!) {
      const simulated = sets.find(({ layer }) => layer === scheduled.layer)!;
      expect(simulated).toMatchObject({ name: scheduled.name, count: scheduled.count });
      for (let k = 0; k < scheduled.count; k++) {
        expect([simulated.start(k), simulated.finish(k), simulated.copy(k)]).toEqual([
          ...[scheduled.start(k), scheduled.finish(k), scheduled.copy(k)],
        ]);
        expect(simulated.rectangle(k)).toEqual(rectangle(scheduled, k));
      }
    }
  });

  test('says which positions a set of a join has, where they are a rectangle', () => {
    const block = { granularity: { height: 4, width: 2 }, batch: 2, keepSets: true } as const;
    const add = simulate(residual, paper, block).sets!.at(-1)!;
    expect(Array.from({ length: add.count }, (_, k) => add.rectangle(k))).toEqual(
      [0, 1].flatMap(() => [
        ...[0, 2, 4].map((x) => ({ y: 0, x, height: 4, width: Math.min(2, 5 - x) })),
        ...[0, 2, 4].map((x) => ({ y: 4, x, height: 2, width: Math.min(2, 5 - x) })),
      ]),
    );
    const torn = simulate(twice, paper, { keepSets: true }).sets!.at(-1)!;
    expect(torn).toMatchObject({ name: 'add', setRows: 6, setColumns: 5 });
    expect(torn.rectangle(7)).toBeUndefined();
  });
});

describe('keepPlacement', () => {
  test('gives tiles and links, and the tiles of every copy', () => {
    const simulation = simulate(residual, mesh, { pes: 24, keepPlacement: true });
    const { placement = [] } = simulation;
    expect(figures(simulation)).toEqual(simulate(residual, mesh, { pes: 24 }));
    expect(simulation.mesh).toMatchObject({ kind: 'mesh', tiles: 12, rows: 3, columns: 4, offChipTile: 3 });
    // 3 · 3 links to the right, 2 · 4 down, and as many back.
    expect(simulation.mesh?.links).toHaveLength(2 * (9 + 8));
    for (const { from, to } of simulation.links) expect(simulation.mesh?.links).toContainEqual([from, to]);
    expect(placement.map(({ name, copies }) => [name, copies.length])).toEqual([
      ['input', 1],
      ...simulation.layers.map(({ name, copies }) => [name, copies]),
    ]);
    const layersOn = (tile: number) =>
      placement
        .filter(({ copies }) => copies.some(({ tiles }) => tiles.includes(tile)))
        .map(({ name }) => name);
    for (const { tile, layers } of simulation.tiles) expect(layersOn(tile)).toEqual(layers);
    // Three PEs of two a tile: the first copy on two tiles of the snake, the second of which is its home.
    expect(placement[1]!.copies[0]!.tiles).toEqual([0, 1]);
  });

  test('tells a list of links and a single tile from a mesh', () => {
    const { meshRows: _, meshColumns: __, ...chip } = mesh.chip!;
    const links: [number, number][] = [
      [0, 1],
      [1, 0],
    ];
    const listed = { ...mesh, chip: { ...chip, links, pesPerTile: 12, offChipTile: 0 } };
    const keep = { pes: 24, keepPlacement: true };
    expect(simulate(residual, listed, keep).mesh).toMatchObject({ kind: 'links', tiles: 2, links });
    expect(simulate(residual, paper, keep).mesh).toMatchObject({ kind: 'one', tiles: 1, links: [] });
  });
});

describe('keepCriticalPath', () => {
  test.each<[string, SimulationOptions]>([
    ['of one inference', { pes: 24 }],
    ['of a batch', { pes: 24, batch: 3 }],
    ['layer by layer', { pes: 24, scheduling: 'lbl' }],
  ])('gives the sets %s that the runs of an explanation are made of', (_, options) => {
    const keep = { ...options, keepCriticalPath: true };
    const simulation = simulate(residual, mesh, { ...keep, keepSets: false });
    const { criticalSets = [] } = simulation;
    expect(simulation).not.toHaveProperty('sets');
    expect(figures(simulation)).toEqual(simulate(residual, mesh, options));
    const explained = simulateAndExplain(residual, mesh, keep);
    expect(explained.simulation.criticalSets).toEqual(criticalSets);
    const { criticalPath } = explained.explanation;
    expect(criticalPath.reduce((sum, { sets }) => sum + sets, 0)).toBe(criticalSets.length);
    const { sets = [] } = simulate(residual, mesh, { ...options, keepSets: true });
    let end = 0;
    for (const { node, set, cause, from, start, workCycles, until } of criticalSets) {
      expect(WAIT_CAUSES).toContain(cause);
      expect([from, start]).toEqual([end, sets[node]!.start(set)]);
      expect(until).toBeGreaterThanOrEqual(start + workCycles);
      expect(until).toBeLessThanOrEqual(sets[node]!.finish(set));
      end = until;
    }
    const lastFinish = Math.max(...simulation.layers.map(({ endCycle }) => endCycle));
    expect(end).toBe(lastFinish);
  });
});

describe('keepUse', () => {
  test('gives what was used of layers, links and tiles in bins, whose sums are known', () => {
    const options = { pes: 24, batch: 3 };
    const simulation = simulate(residual, mesh, { ...options, keepUse: { bins: 33 } });
    const { use, layers, links, tiles, buffers, cycles } = simulation;
    expect(figures(simulation)).toEqual(simulate(residual, mesh, options));
    expect(use!.bins).toBeLessThanOrEqual(32);
    expect(use!.bins).toBe(Math.ceil(cycles / use!.binCycles));
    const sum = (numbers: Float64Array) => {
      expect(numbers).toHaveLength(use!.bins);
      return numbers.reduce((total, number) => total + number, 0);
    };
    expect(use!.nodes.map(({ name, computeCycles }) => [name, sum(computeCycles)])).toEqual([
      ['input', 0],
      ...layers.map(({ name, computeCycles }) => [name, computeCycles]),
    ]);
    expect(
      use!.links.map(({ from, to, bits, busyCycles }) => [from, to, sum(bits), sum(busyCycles)]),
    ).toEqual(links.map(({ from, to, bits, busyCycles }) => [from, to, bits, busyCycles]));
    expect(use!.tiles.map(({ tile, busyCycles }) => [tile, sum(busyCycles)])).toEqual(
      tiles.map(({ tile, busyCycles }) => [tile, busyCycles]),
    );
    for (const { tile, inputPeakBytes, outputPeakBytes, gpeuBusyCycles } of buffers) {
      const used = use!.tiles.find((other) => other.tile === tile)!;
      expect(Math.ceil(Math.max(...used.inputPeakBits) / 8)).toBe(inputPeakBytes);
      expect(Math.ceil(Math.max(...used.outputPeakBits) / 8)).toBe(outputPeakBytes);
      expect(sum(used.gpeuBusyCycles)).toBe(gpeuBusyCycles);
    }
  });

  test('takes 256 bins at most where it is just true', () => {
    expect(simulate(residual, mesh, { pes: 24, batch: 9, keepUse: true }).use!.bins).toBeLessThanOrEqual(256);
    expect(simulate(residual, mesh, { pes: 24, keepUse: false })).not.toHaveProperty('use');
  });
});

test('every way to simulate takes the same options', () => {
  const keep = {
    pes: 24,
    batch: 2,
    keepSets: true,
    keepPlacement: true,
    keepUse: true,
    keepCriticalPath: true,
  };
  const text = (simulation: DetailedSimulation) =>
    JSON.stringify({
      ...simulation,
      sets: simulation.sets?.map(({ count, finish }) => Array.from({ length: count }, (_, k) => finish(k))),
    });
  const simulated = text(simulate(residual, mesh, keep));
  expect(text(simulateWorkload(prepare(residual, mesh), keep))).toBe(simulated);
  expect(text(simulateAndExplain(residual, mesh, keep).simulation)).toBe(simulated);
});
