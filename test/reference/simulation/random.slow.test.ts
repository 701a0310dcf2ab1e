import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import type { SimulationChip, SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { operatorNetwork, rawNetwork, type ScheduleCase, scheduleCase } from '../random-network.ts';
import { referenceSchedule } from '../reference.ts';
import { finishes } from './by-hand.ts';
import { expectComplete, expectValid, perInput, reads, sum } from './invariants.ts';
import { graphs, onlyMvms, uncontended, withBuffers } from './random-graph.ts';
import type { ReferenceSimulation } from './result.ts';
import { referenceSimulation } from './simulation.ts';

/** Seeded, so that a failure is the same for everybody. */
const RUNS = { numRuns: 300 };

/** Which of several missing values a deadlock names depends on the order of the edges. */
function withoutSource({ deadlock, ...simulation }: ReferenceSimulation) {
  return { ...simulation, deadlock: deadlock?.sets.map(({ source: _, ...set }) => set) };
}

/** The recurrence of spec.md section 4, which knows no chip. */
function schedule(graph: SimulationGraph): number[][] {
  const finish: number[][] = graph.nodes.map(() => []);
  const { mvmCycles = 1, mvmIntervalCycles = mvmCycles } = graph;
  const all = [...reads(graph)];
  graph.nodes.forEach((node, index) => {
    const start: number[] = [];
    const free: number[] = [];
    for (let set = 0; set < perInput(node) * graph.batch; set++) {
      const values = all.filter((read) => read.to === index && read.set === set);
      const ready = Math.max(0, ...values.map(({ from, value }) => finish[from]![value]!));
      const inOrder =
        node.kind === 'base' ? Math.max(start[set - 1] ?? 0, free[set - node.copies.length] ?? 0) : 0;
      start[set] = Math.max(ready, inOrder);
      free[set] = start[set]! + node.durations[set % perInput(node)]!;
      const isBase = node.kind === 'base';
      finish[index]![set] = isBase ? free[set]! - mvmIntervalCycles + mvmCycles : free[set]!;
    }
  });
  return finish;
}

describe('small random graphs', { timeout: 60_000 }, () => {
  test('with everything free the simulation is the schedule', () => {
    const check = (graph: SimulationGraph) => {
      expect(finishes(referenceSimulation(graph))).toEqual(schedule(graph));
    };
    const crossLayer = graphs({ free: true }).map((graph) => ({ ...graph, scheduling: 'xinf' as const }));
    fc.assert(fc.property(crossLayer, check), RUNS);
  });

  test('without limits everything that is sent arrives, and nothing is faster than its work', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      expect(simulation.deadlock).toBeUndefined();
      expectValid(graph, simulation);
      expectComplete(graph, simulation);
    };
    fc.assert(fc.property(graphs(), check), RUNS);
  });

  test('nothing is faster than where only MVMs take time', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      if (simulation.deadlock !== undefined) return;
      const ideal = finishes(referenceSimulation(onlyMvms(graph)));
      finishes(simulation).forEach((finish, node) => {
        finish.forEach((cycle, set) => {
          expect(cycle).toBeGreaterThanOrEqual(ideal[node]![set]!);
        });
      });
    };
    fc.assert(fc.property(graphs({ tight: true }), check), RUNS);
  });

  test('with small buffers it either comes to its end or to a deadlock that says why', () => {
    let deadlocks = 0;
    const check = (graph: SimulationGraph) => {
      const simulation = referenceSimulation(graph);
      expectValid(graph, simulation);
      if (simulation.deadlock === undefined) return expectComplete(graph, simulation);
      deadlocks++;
      const { sets, messages, fullBuffers } = simulation.deadlock;
      for (const { tiles } of messages) expect(tiles).not.toEqual([]);
      expect(fullBuffers.map(({ tile }) => tile)).toEqual(
        [...new Set(messages.flatMap(({ tiles }) => tiles))].sort((a, b) => a - b),
      );
      for (const { tile, holds } of fullBuffers) {
        expect(sum(holds.map(({ bits }) => bits))).toBe(simulation.tiles[tile]!.inputEndBits);
      }
      const lackRoom = sets.filter(({ waitsFor }) => waitsFor === 'output room').length;
      expect(lackRoom + messages.length).toBeGreaterThan(0);
      expect(finishes(simulation).flat()).toContain(-1);
    };
    fc.assert(fc.property(graphs({ tight: true }), check), RUNS);
    // Both ends come up, or the property says nothing.
    expect(deadlocks).toBeGreaterThan(RUNS.numRuns / 20);
    expect(deadlocks).toBeLessThan(RUNS.numRuns * 0.95);
  });

  test('where all windows fit there is no deadlock', () => {
    let smaller = 0;
    const check = (graph: SimulationGraph) => {
      const fits = withBuffers(graph, 0);
      const simulation = referenceSimulation(fits);
      expect(simulation.deadlock).toBeUndefined();
      expectValid(fits, simulation);
      expectComplete(fits, simulation);
      if (referenceSimulation(withBuffers(graph, -1)).deadlock !== undefined) smaller++;
    };
    fc.assert(fc.property(graphs({ most: 4 }), check), RUNS);
    // Windows are no larger than they need to be: one bit less is often a deadlock.
    expect(smaller).toBeGreaterThan(RUNS.numRuns / 4);
  });

  test('without contention shorter hops and larger buffers slow nothing down', () => {
    const check = ([graph, hops, inputRoom, outputRoom]: readonly [
      SimulationGraph,
      number,
      number,
      number,
    ]) => {
      const { chip } = graph;
      const better: SimulationChip = {
        ...chip,
        hopCycles: Math.max(0, chip.hopCycles - hops),
        ...(chip.inputBufferBits !== undefined && { inputBufferBits: chip.inputBufferBits + inputRoom }),
        ...(chip.outputBufferBits !== undefined && { outputBufferBits: chip.outputBufferBits + outputRoom }),
      };
      const before = referenceSimulation(graph);
      const after = referenceSimulation({ ...graph, chip: better });
      finishes(before).forEach((finish, node) => {
        finish.forEach((cycle, set) => {
          if (cycle < 0) return;
          expect(finishes(after)[node]![set]).toBeGreaterThanOrEqual(0);
          expect(finishes(after)[node]![set]).toBeLessThanOrEqual(cycle);
        });
      });
    };
    const changes = fc.tuple(fc.nat(3), fc.nat(20), fc.nat(20));
    const cases = fc.tuple(uncontended(), changes).map(([graph, change]) => [graph, ...change] as const);
    fc.assert(fc.property(cases, check), RUNS);
  });

  test('the same graph gives the same bytes; without windows in whatever order its edges stand', () => {
    const check = (graph: SimulationGraph) => {
      const simulation = JSON.stringify(referenceSimulation(graph));
      expect(JSON.stringify(referenceSimulation(graph))).toBe(simulation);
      // The order in which values are demanded, so the windows, follows the order of the edges.
      if (graph.chip.inputBufferBits !== undefined) return;
      const turned = { ...graph, edges: graph.edges.toReversed() };
      expect(JSON.stringify(withoutSource(referenceSimulation(turned)))).toBe(
        JSON.stringify(withoutSource(JSON.parse(simulation))),
      );
    };
    fc.assert(fc.property(graphs({ tight: true }), check), { ...RUNS, numRuns: 100 });
  });
});

describe('random networks', { timeout: 60_000 }, () => {
  /** More than the slow truth plays in a moment. */
  const isLarge = ({ nodes, batch }: SimulationGraph) => batch * sum(nodes.map(perInput)) > 400;
  const onTiles: Architecture = {
    ...paper,
    crossbarRows: 16,
    crossbarColumns: 16,
    chip: { clockNs: 700, meshRows: 4, meshColumns: 4, pesPerTile: 3, linkBitsPerCycle: 16, hopCycles: 1 },
  };

  test.each([
    ['operators', operatorNetwork()],
    ['raw reads', rawNetwork()],
  ])('%s: the schedule without a chip; all that is sent arrives with one', (_, networks) => {
    let [played, moved] = [0, 0];
    const batches = fc.integer({ min: 1, max: 3 });
    const check = ({ network, copies, granularity }: ScheduleCase, batch: number) => {
      const onPaper = mapNetwork(network, paper, { duplication: copies, extraPes: 2 ** 30 });
      const free = buildGraph(network, onPaper, paper, { granularity, batch });
      if (isLarge(free)) return;
      played++;
      const simulation = referenceSimulation(free);
      const schedule = referenceSchedule(network, copies, granularity, batch);
      expect(simulation.cycles).toBe(schedule.cycles);
      for (const { layer, start, finish } of schedule.layers) {
        const node = free.nodes.findIndex((candidate) => candidate.layer === layer);
        expect(simulation.nodes[node]).toMatchObject({ start, finish });
      }
      const mapping = mapNetwork(network, onTiles, { duplication: copies, extraPes: 2 ** 30 });
      if (mapping.usedPes > 4 * 4 * 3) return;
      moved++;
      const graph = buildGraph(network, mapping, onTiles, { granularity, batch });
      const simulated = referenceSimulation(graph);
      expectValid(graph, simulated);
      expectComplete(graph, simulated);
      expect(referenceSimulation(withBuffers(graph, 0)).deadlock).toBeUndefined();
    };
    fc.assert(fc.property(scheduleCase(networks), batches, check), { ...RUNS, numRuns: 60 });
    expect(played).toBeGreaterThan(20);
    expect(moved).toBeGreaterThan(10);
  });
});
