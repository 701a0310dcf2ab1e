import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import type { Granularity } from '../../src/schedule/granularity.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import { type NodeRun, SimulationEngine, simulateGraph } from '../../src/simulate/engine.ts';
import type { SimulationGraph } from '../../src/simulate/graph.ts';
import { zooNetwork } from '../../src/zoo/index.ts';
import { referenceSimulation } from '../reference/simulation.ts';
import { randomGraph } from './engine-graphs.ts';

/** What engine and reference have to agree on: everything that the reference says. */
function expectAgreement(graph: SimulationGraph): void {
  const reference = referenceSimulation(graph);
  const run = simulateGraph(graph, { keepSets: true });
  const nodes = run.nodes.map(({ starts, finishes }) => ({
    start: Array.from(starts ?? []),
    finish: Array.from(finishes ?? []),
  }));
  expect({ nodes, cycles: run.cycles, deadlock: run.deadlock }).toEqual({
    nodes: reference.nodes,
    cycles: reference.cycles,
    deadlock: reference.deadlock,
  });
  expect(run.links).toEqual(reference.links);
  expect(run.messages).toBe(reference.messages);
  const tiles = reference.tiles.map(({ inputPeakBits, outputPeakBits, gpeuBusyCycles }) => {
    return { inputPeakBits, outputPeakBits, gpeuBusyCycles };
  });
  expect(run.tiles).toEqual(tiles);
  const arrivedBits = reference.arrivals.reduce((sum, { bits }) => sum + bits, 0);
  if (run.deadlock === undefined) expect(run.moved.inputWrittenBits).toBe(arrivedBits);
  for (const node of run.nodes) expectSums(node);
}

/** First and last times are those of the sets, and every cycle until the last start is attributed to something. */
function expectSums(node: NodeRun): void {
  const starts = Array.from(node.starts ?? []).filter((start) => start >= 0);
  expect(node.startCycle).toBe(starts.length === 0 ? -1 : Math.min(...starts));
  expect(node.endCycle).toBe(Math.max(-1, ...(node.finishes ?? [])));
  const waited = node.waitDataCycles + node.waitSpaceCycles + node.waitCopyCycles;
  expect(waited).toBe(Math.max(0, ...starts));
  for (const cycles of Object.values(node)) if (typeof cycles === 'number') expect(cycles >= -1).toBe(true);
}

describe('the engine agrees with the reference', () => {
  test('on random graphs and chips', () => {
    fc.assert(fc.property(randomGraph, expectAgreement), { numRuns: 2000 });
  }, 240_000);
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
    nodes: [
      { ...node, isOutput: false },
      { ...node, isOutput: true },
    ],
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

test('says nothing of sets unless asked to', () => {
  const { nodes } = simulateGraph(chain(2, 3, 1));
  expect(nodes[0]!.starts).toBeUndefined();
  expect(nodes[0]!.finishes).toBeUndefined();
});
