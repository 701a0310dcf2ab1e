import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import type { SimulationGraph, SimulationNode } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, simulateGraph } from '../../../src/simulate/play/engine.ts';
import type { Granularity } from '../../../src/workload/granularity.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';
import { expectAgreementOnRandomGraphs } from './agreement.ts';
import { randomGraph } from './engine-graphs.ts';

describe('the engine agrees with the reference', () => {
  test('on random graphs and chips', () => {
    expectAgreementOnRandomGraphs(100);
  });
});

/** The same graph with buffers of other sizes. */
function withBuffers(graph: SimulationGraph, inputBufferBits: number, outputBufferBits: number) {
  return { ...graph, chip: { ...graph.chip, inputBufferBits, outputBufferBits } };
}

/** The largest sums of windows that a tile has. */
function windowsOf(graph: SimulationGraph): readonly [inputBits: number, outputBits: number] {
  const { tiles } = simulateGraph(withBuffers(graph, AMPLE, AMPLE));
  return [
    Math.max(...tiles.map(({ inputWindowBits }) => inputWindowBits)),
    Math.max(...tiles.map(({ outputWindowBits }) => outputWindowBits)),
  ];
}

const AMPLE = 2 ** 40;

describe('windows of buffers', () => {
  const graphs = randomGraph.filter(({ batch }) => batch <= 4);

  test('with room for all of them there is no deadlock', () => {
    const hasNoDeadlock = (graph: SimulationGraph) => {
      expect(simulateGraph(withBuffers(graph, ...windowsOf(graph))).deadlock).toBeUndefined();
    };
    fc.assert(fc.property(graphs, hasNoDeadlock), { numRuns: 1000 });
  });

  test('are the same whatever the buffers are, and none where these have no limit', () => {
    const isSame = (graph: SimulationGraph) => {
      const windows = (one: SimulationGraph) => simulateGraph(one).tiles.map((tile) => tile.inputWindowBits);
      expect(windows(withBuffers(graph, 1, 1))).toEqual(windows(withBuffers(graph, AMPLE, AMPLE)));
      const { inputBufferBits: _, outputBufferBits: __, ...chip } = graph.chip;
      expect(windows({ ...graph, chip }).every((bits) => bits === 0)).toBe(true);
    };
    fc.assert(fc.property(graphs, isSame), { numRuns: 200 });
  });

  test('of a chain hold one value', () => {
    // Set k of the second layer reads set k of the first: played on demand, one value of 8 bits is there at a time.
    const graph = withBuffers(chain(10, 3, 2), AMPLE, AMPLE);
    expect(simulateGraph(graph).tiles[0]).toMatchObject({ inputWindowBits: 8, outputWindowBits: 16 });
  });

  test('a deep chain needs no stack', () => {
    const { nodes, edges, ...rest } = chain(2, 1, 1);
    const depth = 20_000;
    const graph = {
      ...rest,
      nodes: Array.from({ length: depth }, (_, i) => (i + 1 < depth ? nodes[0]! : nodes[1]!)),
      edges: Array.from({ length: depth - 1 }, (_, from) => ({ ...edges[0]!, from, to: from + 1 })),
    };
    const run = simulateGraph(withBuffers(graph, AMPLE, AMPLE));
    expect(run.cycles).toBe(depth + 1);
    expect(run.tiles[0]!.inputWindowBits).toBe(8 * (depth - 1));
  });
});

test('memory grows with what is in flight, not with the batch', () => {
  const bytes = (batch: number) => {
    const engine = new SimulationEngine();
    engine.load(withBuffers(chain(1000, 3, batch), 4000, 4000));
    engine.play();
    expect(engine.run().deadlock).toBeUndefined();
    return engine.bytes;
  };
  // A block of either layer takes less than 16 KiB; some words per inference come to it.
  expect(bytes(2000) - bytes(20)).toBeLessThan(2 * 65536 + 2000 * 64);
});

describe('with everything free it is the schedule', () => {
  const granularities: Granularity[] = ['row', 'pixel', { height: 4, width: 4 }];
  test.each(['tinyyolov4', 'resnet50'])('of %s', (name) => {
    const network = zooNetwork(name);
    const mapping = mapNetwork(network, paper, { extraPes: 32 });
    for (const granularity of granularities) {
      const graph = buildGraph(network, mapping, paper, { granularity });
      const run = simulateGraph(graph);
      const expected = schedule(network, paper, { extraPes: 32, granularity });
      expect(run.deadlock).toBeUndefined();
      expect(run.cycles).toBe(expected.cycles);
      const base = run.nodes.filter((_, node) => graph.nodes[node]!.kind === 'base');
      const times = base.map(({ startCycle, endCycle }) => ({ startCycle, endCycle }));
      expect(times).toEqual(expected.layers.map(({ startCycle, endCycle }) => ({ startCycle, endCycle })));
    }
  });
});

/** Two layers, one after the other, of `sets` sets of `cycles` cycles each. */
function chain(sets: number, cycles: number, batch: number): SimulationGraph {
  const filled = (value: number) => new Int32Array(sets).fill(value);
  const node = {
    kind: 'base' as const,
    layer: 0,
    name: 'layer',
    op: 'Conv2D',
    setRows: sets,
    setColumns: 1,
    durations: filled(cycles),
    gpeuCycles: filled(0),
    resultBits: filled(8),
    copies: [{ tiles: [0], partialBitsPerPixel: [] }],
  };
  const rows = Array.from({ length: sets }, (_, row) => Int32Array.of(row));
  const columns = [Int32Array.of(0)];
  return {
    nodes: [node, { ...node, outputBits: filled(8) }],
    edges: [{ from: 0, to: 1, rows, columns, bits: filled(8) }],
    chip: { tiles: 1, links: [], route: () => [], hopCycles: 0, offChipTile: 0 },
    batch,
    scheduling: 'xinf',
  };
}

test('counts cycles beyond 32 bits', () => {
  const cycles = 2 ** 31 - 1;
  expect(simulateGraph(chain(10, cycles, 100)).cycles).toBe(cycles * 1001);
});

test('plays the same again, in the same memory', () => {
  const engine = new SimulationEngine();
  engine.load(chain(1000, 3, 20));
  engine.play();
  const first = engine.run();
  const bytes = engine.bytes;
  for (let i = 0; i < 5; i++) engine.play();
  expect(engine.run()).toEqual(first);
  expect(engine.bytes).toBe(bytes);
});

test('plays the same graph with other figures of the chip as if it were new', () => {
  const figures = fc.record(
    {
      inputBufferBits: fc.integer({ min: 1, max: 400 }),
      outputBufferBits: fc.integer({ min: 1, max: 400 }),
      linkBitsPerCycle: fc.integer({ min: 1, max: 40 }),
      offChipBitsPerCycle: fc.integer({ min: 1, max: 40 }),
      inputBufferPortBitsPerCycle: fc.integer({ min: 1, max: 40 }),
    },
    { requiredKeys: [] },
  );
  const engine = new SimulationEngine();
  fc.assert(
    fc.property(randomGraph, fc.array(figures, { minLength: 1, maxLength: 4 }), (graph, changes) => {
      engine.load(graph);
      for (const change of [{}, ...changes, {}]) {
        const chip = { ...graph.chip, ...change };
        engine.setFigures(chip);
        engine.play();
        expect(engine.run()).toEqual(simulateGraph({ ...graph, chip }));
      }
    }),
    { numRuns: 60 },
  );
});

test('plays the same graph without a limit that the chip has as if it were new', () => {
  const engine = new SimulationEngine();
  const limits = ['inputBufferBits', 'outputBufferBits', 'linkBitsPerCycle', 'offChipBitsPerCycle'] as const;
  fc.assert(
    fc.property(randomGraph, fc.shuffledSubarray([...limits]), (graph, removed) => {
      engine.load(graph);
      for (const limit of removed) {
        const { [limit]: _, ...chip } = graph.chip;
        engine.setFigures(chip);
        engine.play();
        expect(engine.run()).toEqual(simulateGraph({ ...graph, chip }));
      }
    }),
    { numRuns: 60 },
  );
});

test('plays the same graph with copies on other tiles as if it were new', () => {
  const engine = new SimulationEngine();
  const rotations = fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(randomGraph, rotations, fc.integer({ min: 1, max: 3 }), (graph, rotations, times) => {
      engine.load(graph, { keepSets: true });
      for (const rotation of rotations) {
        const nodes = graph.nodes.map((node) => ({
          ...node,
          copies: otherCopies(graph, node, rotation, times),
        }));
        engine.setCopies(nodes.map(({ copies }) => copies));
        engine.play();
        expect(engine.run()).toEqual(simulateGraph({ ...graph, nodes }, { keepSets: true }));
      }
    }),
    { numRuns: 100 },
  );
});

/** Copies of a node on other tiles, and of a base layer more of them. */
function otherCopies(
  { chip }: SimulationGraph,
  { kind, copies }: SimulationNode,
  rotation: number,
  times: number,
) {
  const moved = Array.from({ length: kind === 'base' ? times : 1 }, (_, time) =>
    copies.map(({ tiles, partialBitsPerPixel }) => ({
      tiles: tiles.map((tile) => (tile + rotation * (time + 1)) % chip.tiles),
      partialBitsPerPixel,
    })),
  );
  return moved.flat();
}

test('plays nothing where nothing is loaded, and tells nothing where nothing was played', () => {
  const engine = new SimulationEngine();
  expect(() => engine.play()).toThrow('call load first');
  engine.load(chain(2, 3, 1));
  expect(() => engine.run()).toThrow('call play first');
  engine.play();
  engine.run();
  engine.setFigures(chain(2, 3, 1).chip);
  expect(() => engine.run()).toThrow('call play first');
  engine.release();
  expect(() => engine.play()).toThrow('call load first');
});

test('says nothing of sets unless asked to', () => {
  const { nodes } = simulateGraph(chain(2, 3, 1));
  expect(nodes[0]!.starts).toBeUndefined();
  expect(nodes[0]!.finishes).toBeUndefined();
});
