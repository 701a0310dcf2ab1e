import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationCopy, SimulationGraph, SimulationNode } from '../../../src/simulate/model/graph.ts';
import { mesh } from '../../../src/simulate/model/topology.ts';
import { SimulationEngine, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { cpuMs } from '../../cpu-ms.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { randomGraph } from './engine-graphs.ts';
import { expectSameIfSkipped, expectSameUntil } from './repeating.ts';
import { expectSameRun } from './same-run.ts';

/** A batch of inferences on buffers that have limits; where output buffers have none, some run ahead until they are done. */
const batches = fc
  .record({
    graph: randomGraph,
    batch: fc.integer({ min: 2, max: 300 }),
    inputBufferBits: fc.integer({ min: 60, max: 600 }),
    outputBufferBits: fc.option(fc.integer({ min: 20, max: 200 }), { nil: undefined }),
  })
  .map(({ graph, batch, inputBufferBits, outputBufferBits }) => {
    const { outputBufferBits: _, ...chip } = graph.chip;
    const limit = outputBufferBits === undefined ? {} : { outputBufferBits };
    return { ...graph, batch, chip: { ...chip, inputBufferBits, ...limit } };
  });

/** How many sets nodes have, how long each of them takes, and on which tiles their copies are. */
interface Chain {
  readonly sets: number;
  readonly cycles: number;
  readonly copies: readonly (readonly number[])[];
}

const on = (tiles: readonly number[]): SimulationCopy => ({
  tiles,
  partialBitsPerPixel: tiles.slice(1).map(() => 3),
});

/** An input and layers behind it, each of which reads the sets of the one before in shares as even as can be. */
function chain(layers: readonly Chain[], batch: number, limits: object = {}): SimulationGraph {
  const { tiles, links, route } = mesh(2, 2);
  const node = (kind: SimulationNode['kind'], { sets, cycles, copies }: Chain): SimulationNode => ({
    ...{ kind, layer: 0, name: kind, op: 'Conv2D', setRows: sets, setColumns: 1 },
    durations: new Int32Array(sets).fill(cycles),
    gpeuCycles: new Int32Array(sets),
    resultBits: new Int32Array(sets).fill(8),
    copies: copies.map(on),
  });
  const input: Chain = { sets: layers[0]!.sets, cycles: 0, copies: [[0]] };
  const nodes = [node('input', input), ...layers.map((layer) => node('base', layer))];
  const edges = layers.map(({ sets }, from) => {
    const read = nodes[from]!.setRows;
    const rows = Array.from({ length: sets }, (_, k) => {
      const first = Math.floor((k * read) / sets);
      return Int32Array.from(
        { length: Math.max(1, Math.floor(((k + 1) * read) / sets) - first) },
        (__, i) => first + i,
      );
    });
    return { from, to: from + 1, rows, columns: [Int32Array.of(0)], bits: new Int32Array(read).fill(8) };
  });
  const buffers = { inputBufferBits: 200, outputBufferBits: 40, linkBitsPerCycle: 4, offChipBitsPerCycle: 8 };
  return {
    ...{ nodes, edges, batch, mvmCycles: 1, mvmIntervalCycles: 1, scheduling: 'xinf' },
    chip: { tiles, links, route, hopCycles: 1, offChipTile: 0, ...buffers, ...limits },
  };
}

/** Layers one behind the other, whose results are all of one size; the input is often far ahead of them. */
const chains = fc
  .record({
    layers: fc.array(
      fc.record({
        sets: fc.integer({ min: 1, max: 6 }),
        cycles: fc.integer({ min: 0, max: 12 }),
        copies: fc.array(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1, maxLength: 2 }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    batch: fc.integer({ min: 30, max: 200 }),
    inputBufferBits: fc.integer({ min: 60, max: 500 }),
    outputBufferBits: fc.option(fc.integer({ min: 16, max: 80 }), { nil: undefined }),
    linkBitsPerCycle: fc.integer({ min: 1, max: 8 }),
    offChipBitsPerCycle: fc.integer({ min: 1, max: 16 }),
  })
  .map(({ layers, batch, ...limits }) => chain(layers, batch, limits));

const one = (sets: number, cycles: number, tile: number): Chain => ({ sets, cycles, copies: [[tile]] });
const two = [one(4, 9, 1), one(2, 5, 2)];
/** Cycles from the end of each inference to that of the next. */
const intervals = (ends: Float64Array) => Array.from(ends.subarray(1), (end, i) => end - ends[i]!);

describe('a batch whose inferences repeat', () => {
  test.each([
    ['random graphs', batches, 300, 15],
    ['random chains', chains, 400, 100],
  ])('is told as if all were played, on %s', (_, graphs, numRuns, least) => {
    let skippedRuns = 0;
    const property = fc.property(graphs, fc.integer({ min: 1, max: 1000 }), (graph, share) => {
      const { run, skipped } = expectSameIfSkipped(graph);
      if (skipped === 0) return;
      skippedRuns++;
      expectSameUntil(graph, Math.floor((run.cycles * share) / 1000));
    });
    fc.assert(property, { numRuns, seed: 7 });
    // Others deadlock, have nodes that run ahead, or come again later than they end.
    expect(skippedRuns).toBeGreaterThan(least);
  });

  test('is what the reference says of it', () => {
    const graph = chain(two, 60);
    const { skipped, run } = expectSameIfSkipped(graph);
    expect(skipped).toBeGreaterThan(20);
    const kept = simulateGraph(graph, { keepSets: true });
    expectSameRun(kept, referenceSimulation(graph));
    expect(run).toEqual({ ...kept, nodes: kept.nodes.map(({ starts, finishes, ...node }) => node) });
  });

  test('has as many events as it would, and takes no longer for a larger batch', () => {
    const events = [100, 1000, 10_000].map((batch) => {
      const { run, skipped } = expectSameIfSkipped(chain(two, batch));
      expect(batch - skipped).toBeLessThan(50);
      return run.events;
    });
    expect(events[2]! - events[1]!).toBe(10 * (events[1]! - events[0]!));
  });

  test('ends as it does wherever in a period the batch ends', () => {
    const far: Chain = { sets: 3, cycles: 7, copies: [[1], [3]] };
    for (let batch = 2; batch < 100; batch++) expectSameIfSkipped(chain([far, one(2, 5, 2)], batch));
  });

  test.each([
    ['two copies of an odd number of sets', 2, [{ sets: 3, cycles: 7, copies: [[1], [3]] }]],
    ['three copies', 3, [{ sets: 4, cycles: 7, copies: [[1], [2], [3]] }]],
    [
      'two and three copies',
      6,
      [
        { sets: 3, cycles: 7, copies: [[1], [3]] },
        { sets: 4, cycles: 5, copies: [[2], [3], [0]] },
      ],
    ],
  ])('may have periods of several inferences: %s', (_, period, layers) => {
    const { run, skipped } = expectSameIfSkipped(chain(layers, 3000));
    expect(skipped).toBeGreaterThan(300);
    expect(skipped % period).toBe(0);
    // In between they are not alike.
    expect(new Set(intervals(run.inferenceEnds).slice(60, 500)).size).toBeGreaterThan(1);
  });
});

describe('a batch in which results wait without a limit', () => {
  const free = { outputBufferBits: undefined };
  const [slow, fast] = [one(4, 20, 1), one(4, 3, 3)];

  test.each([
    ['an input', [one(4, 9, 1), one(2, 5, 2)]],
    ['layers in front of a slow one', [fast, one(4, 6, 2), slow]],
    [
      'layers with several copies',
      [
        { ...fast, copies: [[3], [0], [2, 3]] },
        { ...slow, copies: [[1], [2]] },
      ],
    ],
  ])('repeats as soon as those that run ahead are done: %s', (_, layers) => {
    expect(expectSameIfSkipped(chain(layers, 3000, free)).skipped).toBeGreaterThan(300);
    for (let batch = 2; batch < 120; batch++) expectSameIfSkipped(chain(layers, batch, free));
  });

  test('is played inference by inference while somebody runs ahead', () => {
    // The port takes nearly as long as the slowest layer: the input ends just before the last inference.
    const limits = { ...free, offChipBitsPerCycle: 1 };
    expect(expectSameIfSkipped(chain([one(4, 9, 1)], 60, limits)).skipped).toBe(0);
  });
});

describe('many results that wait are not gone through again and again', () => {
  const limits = { outputBufferBits: undefined, offChipBitsPerCycle: undefined };
  const layers = [one(2, 20, 1), one(2, 20, 2)];
  const cpuMsOf = (graph: SimulationGraph, playsAll: boolean) => {
    const engine = new SimulationEngine({ playsAll });
    engine.load(graph);
    const before = cpuMs();
    engine.play();
    const ms = cpuMs() - before;
    engine.release();
    return ms;
  };

  test.each([
    ['set that nobody reads', (rows: Int32Array) => rows.subarray(0, 1), 0],
    ['set that is last in the queue of a GPEU', (rows: Int32Array) => rows, 10],
  ])('because of a %s', (_, read, gpeuCycles) => {
    const made = chain(layers, 100_000, limits);
    const [input, ...others] = made.nodes;
    const [first, ...behind] = made.edges;
    const graph: SimulationGraph = {
      ...made,
      nodes: [{ ...input!, gpeuCycles: Int32Array.of(gpeuCycles, gpeuCycles) }, ...others],
      edges: [{ ...first!, rows: first!.rows.map(() => read(Int32Array.of(0, 1))) }, ...behind],
    };
    expect(cpuMsOf(graph, false)).toBeLessThan(3 * cpuMsOf(graph, true) + 500);
  });
});

describe('a batch is played inference by inference', () => {
  test('where copies take turns for longer than it lasts', () => {
    const copies = [11, 13, 17].map((count) => Array.from({ length: count }, (_, i) => [i % 4]));
    const layers = copies.map((tiles) => ({ sets: 5, cycles: 40, copies: tiles }));
    expect(expectSameIfSkipped(chain(layers, 2000)).skipped).toBe(0);
    // With two of them it lasts longer.
    expect(expectSameIfSkipped(chain(layers.slice(0, 2), 2000)).skipped % (11 * 13)).toBe(0);
  });

  test('where all sets are kept, or what is used over time', () => {
    const engine = new SimulationEngine();
    engine.load(chain(two, 500));
    for (const kept of [{ keepSets: true }, { keepUse: true }]) {
      engine.setKept(kept);
      engine.play();
      expect(engine.skippedInferences).toBe(0);
    }
    engine.setKept({});
    engine.play();
    expect(engine.skippedInferences).toBeGreaterThan(400);
    engine.release();
  });
});
