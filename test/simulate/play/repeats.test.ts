import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationCopy, SimulationGraph, SimulationNode } from '../../../src/simulate/model/graph.ts';
import { mesh } from '../../../src/simulate/model/topology.ts';
import { simulateGraph } from '../../../src/simulate/play/engine.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { randomGraph } from './engine-graphs.ts';
import { expectSameIfSkipped, expectSameUntil } from './repeating.ts';
import { expectSameRun } from './same-run.ts';

/** A batch of inferences on buffers that all have a limit, so that nobody runs ahead for ever. */
const batches = fc
  .record({
    graph: randomGraph,
    batch: fc.integer({ min: 2, max: 300 }),
    inputBufferBits: fc.integer({ min: 60, max: 600 }),
    outputBufferBits: fc.integer({ min: 20, max: 200 }),
  })
  .map(({ graph, batch, ...limits }) => ({ ...graph, batch, chip: { ...graph.chip, ...limits } }));

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

const one = (sets: number, cycles: number, tile: number): Chain => ({ sets, cycles, copies: [[tile]] });

describe('a batch whose inferences repeat', () => {
  test('is told as if all were played, on random graphs', () => {
    let skippedRuns = 0;
    const property = fc.property(batches, fc.integer({ min: 1, max: 1000 }), (graph, share) => {
      const { run, skipped } = expectSameIfSkipped(graph);
      if (skipped === 0) return;
      skippedRuns++;
      expectSameUntil(graph, Math.floor((run.cycles * share) / 1000));
    });
    fc.assert(property, { numRuns: 300, seed: 7 });
    // Most others have nodes that run ahead, or deadlock.
    expect(skippedRuns).toBeGreaterThan(15);
  });

  test('is the same as the reference plays', () => {
    const graph = chain([one(4, 9, 1), one(2, 5, 2)], 60);
    const { skipped, run } = expectSameIfSkipped(graph);
    expect(skipped).toBeGreaterThan(20);
    const { events: _, ...told } = run;
    expectSameRun(simulateGraph(graph, { keepSets: true }), referenceSimulation(graph));
    const { events: __, nodes, ...kept } = simulateGraph(graph, { keepSets: true });
    expect(told).toEqual({ ...kept, nodes: nodes.map(({ starts, finishes, ...node }) => node) });
  });

  test('takes as many events as it would, and no longer for a larger batch', () => {
    const events = [100, 1000, 10_000].map((batch) => {
      const { run, skipped } = expectSameIfSkipped(chain([one(4, 9, 1), one(2, 5, 2)], batch));
      expect(batch - skipped).toBeLessThan(50);
      return run.events;
    });
    expect(events[2]! - events[1]!).toBe(10 * (events[1]! - events[0]!));
  });
});
