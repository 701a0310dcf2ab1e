import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, type SimulationRun, simulateGraph } from '../../../src/simulate/play/engine.ts';
import type { RunUse } from '../../../src/simulate/play/use.ts';
import { base, edge, on, rowOfTiles, same } from '../../reference/simulation/by-hand.ts';
import { graphs } from '../../reference/simulation/random-graph.ts';
import { drawnTurns, inTurns } from '../../reference/simulation/random-turns.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { noSpilling, spillPlan } from '../../reference/simulation/spilling.ts';
import { Bins } from '../../reference/simulation/use.ts';
import { randomGraph } from './engine-graphs.ts';
import { withTightBuffers } from './tight-buffers.ts';

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
const most = (numbers: Iterable<number>) => [...numbers].reduce((peak, number) => Math.max(peak, number), 0);

type Drawn = Parameters<typeof inTurns>[1];

/** Typed arrays as plain ones. */
function plain({ binCycles, nodes, links, tiles, offChip }: RunUse) {
  const ofRecord = (record: object) =>
    Object.fromEntries(Object.entries(record).map(([name, numbers]) => [name, [...numbers]]));
  return {
    binCycles,
    nodes: nodes.map((numbers) => [...numbers]),
    links: links.map(ofRecord),
    tiles: tiles.map(ofRecord),
    offChip: ofRecord(offChip),
  };
}

/** When nothing was left to happen. */
function endOf({ cycles, deadlock }: SimulationRun): number {
  return deadlock?.cycle ?? cycles;
}

/** What the reference has counted cycle by cycle, in bins of the least width with which so many are enough. */
function referenceUse(graph: SimulationGraph, most: number, end: number, plan = noSpilling(graph)) {
  const { use } = referenceSimulation(graph, plan);
  let binCycles = 1;
  while (most * binCycles <= end) binCycles *= 2;
  const bins = new Bins(binCycles, end);
  const shared = bins.ofBuffer(use.shared);
  return {
    binCycles,
    offChip: {
      ...{ inputBusyCycles: bins.sums(use.port.in), outputBusyCycles: bins.sums(use.port.out) },
      ...{ sharedBitCycles: shared.bitCycles, sharedPeakBits: shared.peakBits },
    },
    nodes: use.nodes.map((list) => bins.sums(list)),
    links: use.links.map(({ held, bits }) => ({ busyCycles: bins.sums(held), bits: bins.sums(bits) })),
    tiles: use.tiles.map(({ busy, gpeu, input, output }) => {
      const [inputs, outputs] = [bins.ofBuffer(input), bins.ofBuffer(output)];
      return {
        ...{ busyCycles: bins.sums(busy), gpeuBusyCycles: bins.sums(gpeu) },
        ...{ inputBitCycles: inputs.bitCycles, inputPeakBits: inputs.peakBits },
        ...{ outputBitCycles: outputs.bitCycles, outputPeakBits: outputs.peakBits },
      };
    }),
  };
}

/** Sums over all bins are what is counted anyway, and the highest peak is the peak. */
function expectTotals(run: SimulationRun, { nodes, links, tiles }: RunUse): void {
  expect(nodes.map(sum)).toEqual(run.nodes.map(({ computeCycles }) => computeCycles));
  expect(links.map(({ busyCycles, bits }) => ({ bits: sum(bits), busyCycles: sum(busyCycles) }))).toEqual(
    run.links,
  );
  tiles.forEach((tile, i) => {
    const { busyCycles, gpeuBusyCycles, inputPeakBits, outputPeakBits } = run.tiles[i]!;
    expect({
      ...{ busyCycles: sum(tile.busyCycles), gpeuBusyCycles: sum(tile.gpeuBusyCycles) },
      ...{ inputPeakBits: most(tile.inputPeakBits), outputPeakBits: most(tile.outputPeakBits) },
    }).toEqual({ busyCycles, gpeuBusyCycles, inputPeakBits, outputPeakBits });
  });
}

describe('what is used over time', () => {
  test('is what the reference counts cycle by cycle, however few the bins, and changes nothing else', () => {
    const seen = { deadlocks: 0, batches: 0, byLayer: 0, wide: 0, leftOver: 0 };
    const check = (graph: SimulationGraph, bins: number) => {
      const { use, ...run } = simulateGraph(graph, { keepUse: { bins } });
      expect(run).toEqual(simulateGraph(graph));
      const even = bins - (bins % 2);
      expect(plain(use!)).toEqual(referenceUse(graph, even, endOf(run)));
      expect(use!.nodes[0]!.length).toBeLessThanOrEqual(even);
      expectTotals(run, use!);
      seen.deadlocks += run.deadlock === undefined ? 0 : 1;
      seen.batches += graph.batch > 1 ? 1 : 0;
      seen.byLayer += graph.scheduling === 'lbl' ? 1 : 0;
      seen.wide += use!.binCycles > 8 ? 1 : 0;
      seen.leftOver += use!.tiles.some(({ inputPeakBits }) => run.deadlock && inputPeakBits.at(-1)! > 0)
        ? 1
        : 0;
    };
    const counts = fc.oneof(fc.integer({ min: 2, max: 9 }), fc.constantFrom(16, 64, 512));
    fc.assert(fc.property(randomGraph, counts, check), { numRuns: 200 });
    // All of these come up, or the property says less than it seems to.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(15);
  }, 120_000);

  test('is what the reference counts where values spill and weights are written, in the port and the shared buffer', () => {
    const seen = { stored: 0, fetched: 0, shared: 0, written: 0 };
    const check = (
      random: SimulationGraph,
      more: number,
      sharedBufferBits: number,
      turns: boolean,
      drawn: Drawn,
    ) => {
      const tight = withTightBuffers(turns ? inTurns(random, drawn) : random, more);
      const graph = { ...tight, chip: { ...tight.chip, sharedBufferBits, sharedBufferBitsPerCycle: 3 } };
      const engine = new SimulationEngine();
      engine.load(graph, { keepUse: { bins: 16 } });
      expect(engine.playSpilling()).toBeUndefined();
      const { use, ...run } = engine.run();
      engine.setKept({});
      engine.playSpilling();
      expect(engine.run()).toEqual(run);
      engine.release();
      expect(plain(use!)).toEqual(referenceUse(graph, 16, endOf(run), spillPlan(graph)));
      expectTotals(run, use!);
      expect(most(use!.offChip.sharedPeakBits)).toBe(run.sharedPeakBits);
      seen.stored += sum(use!.offChip.outputBusyCycles) > 0 ? 1 : 0;
      seen.fetched += sum(use!.offChip.inputBusyCycles) > 0 ? 1 : 0;
      seen.shared += run.sharedPeakBits > 0 ? 1 : 0;
      seen.written += (graph.turns?.writes.length ?? 0) > 0 ? 1 : 0;
    };
    const random = fc.oneof(graphs({ most: 5 }), graphs({ tight: true, most: 5 }));
    const bits = fc.integer({ min: 1, max: 60 });
    const property = fc.property(random, fc.nat(20), bits, fc.boolean(), drawnTurns, check);
    fc.assert(property, { numRuns: 100 });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(15);
  }, 120_000);

  test('covers runs that are much longer than the first bins, exactly', () => {
    // Set k of the second layer reads set k of the first, on the next tile: 10^9 cycles each.
    const sets = 50;
    const durations = Array.from({ length: sets }, () => 10 ** 9);
    const graph: SimulationGraph = {
      nodes: [base(durations, { copies: [on(0)] }), base(durations, { copies: [on(1)] })],
      edges: [
        edge(
          0,
          1,
          same(sets),
          Array.from({ length: sets }, () => 8),
        ),
      ],
      chip: { ...rowOfTiles(2), linkBitsPerCycle: 1 },
      ...{ batch: 1, scheduling: 'xinf' as const, mvmCycles: 1 },
    };
    const { use, ...run } = simulateGraph(graph, { keepUse: { bins: 64 } });
    expect(run.cycles).toBe(51 * 10 ** 9 + 8);
    expect(use!.binCycles).toBe(2 ** 30);
    expect(use!.nodes[0]).toHaveLength(Math.ceil(run.cycles / 2 ** 30));
    expect(use!.nodes[0]![0]).toBe(2 ** 30);
    expect(use!.links[0]!.busyCycles[0]).toBe(8);
    // The value of a set is there from the end of the one before until that of its reader.
    expect(sum(use!.tiles[1]!.inputBitCycles)).toBe(8 * (50 * 10 ** 9 + 8 * 50));
    expectTotals(run, use!);
  });

  test('splits what goes on across the border of two bins, and the last bin has the end', () => {
    // Five bits over a link of one bit a cycle, from cycle 6 on: bins of 4 cycles.
    const graph: SimulationGraph = {
      nodes: [base([6], { copies: [on(0)] }), base([3], { copies: [on(1)] })],
      edges: [edge(0, 1, same(1), [5])],
      chip: { ...rowOfTiles(2), linkBitsPerCycle: 1 },
      ...{ batch: 1, scheduling: 'xinf' as const, mvmCycles: 1 },
    };
    const { use, cycles } = simulateGraph(graph, { keepUse: { bins: 4 } });
    expect(cycles).toBe(14);
    expect(plain(use!)).toMatchObject({
      binCycles: 4,
      nodes: [
        [4, 2, 0, 0],
        [0, 0, 1, 2],
      ],
      links: [{ busyCycles: [0, 2, 3, 0], bits: [0, 5, 0, 0] }, { busyCycles: [0, 0, 0, 0] }],
      tiles: [
        // Eight bits of room for the result, until its last bit has left.
        { outputBitCycles: [32, 32, 24, 0], outputPeakBits: [8, 8, 8, 0] },
        { busyCycles: [0, 0, 1, 2], inputBitCycles: [0, 10, 20, 10], inputPeakBits: [0, 5, 5, 5] },
      ],
    });
  });

  test('of a run of no cycles is one bin', () => {
    const graph: SimulationGraph = {
      nodes: [base([], { kind: 'input', setColumns: 1, ...oneSet(0) })],
      edges: [],
      chip: rowOfTiles(1),
      ...{ batch: 1, scheduling: 'xinf' as const },
    };
    const { use, cycles } = simulateGraph(graph, { keepUse: true });
    expect(cycles).toBe(0);
    expect(plain(use!)).toMatchObject({
      binCycles: 1,
      nodes: [[0]],
      tiles: [{ outputBitCycles: [0], outputPeakBits: [8] }],
    });
  });
});

/** The tables of one set that takes so long. */
function oneSet(cycles: number) {
  const of = (value: number) => Int32Array.of(value);
  return { durations: of(cycles), gpeuCycles: of(0), resultBits: of(8) };
}
