import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { finishes } from './by-hand.ts';
import { reads } from './invariants.ts';
import { graphs, withPixels } from './random-graph.ts';
import { referenceSimulation } from './simulation.ts';
import { spillPlan } from './spilling.ts';

const RUNS = { numRuns: Number(process.env.RUNS ?? 60) };

/** The same graph with the smallest buffers on which every set fits. */
function smallest(graph: SimulationGraph): SimulationGraph {
  let [inputBufferBits, outputBufferBits] = [1, 1];
  for (;;) {
    const chip = { ...graph.chip, inputBufferBits, outputBufferBits };
    const { tooLarge } = spillPlan({ ...graph, chip });
    if (tooLarge === undefined) return { ...graph, chip };
    if (tooLarge.buffer === 'input') inputBufferBits = tooLarge.bits;
    else outputBufferBits = tooLarge.bits;
  }
}

describe('values that spill', { timeout: 600_000 }, () => {
  test('a chip makes progress wherever the operands and the result of every set fit', () => {
    let [spilled, refused, stuck] = [0, 0, 0];
    const check = (random: SimulationGraph, hasPixels: boolean) => {
      const pixels = hasPixels ? withPixels(random) : random;
      const graph = smallest({ ...pixels, chip: { offChipBitsPerCycle: 4, ...random.chip } });
      const plan = spillPlan(graph);
      if (plan.tooLarge !== undefined) {
        refused++;
        return;
      }
      const simulation = referenceSimulation(graph, plan);
      expect(simulation.deadlock).toBeUndefined();
      if (plan.spilled.size === 0) expect(simulation.cycles).toBe(referenceSimulation(graph).cycles);
      else spilled++;
      if (referenceSimulation(graph).deadlock !== undefined) stuck++;
      expect(finishes(simulation).flat()).not.toContain(-1);
      for (const tile of simulation.tiles) {
        expect(tile.inputPeakBits).toBeLessThanOrEqual(graph.chip.inputBufferBits ?? Infinity);
        expect(tile.outputPeakBits).toBeLessThanOrEqual(graph.chip.outputBufferBits ?? Infinity);
        expect([tile.inputEndBits, tile.outputEndBits]).toEqual([0, 0]);
      }
      for (const { to, set, from, value } of reads(graph)) {
        expect(simulation.nodes[to]!.start[set]).toBeGreaterThanOrEqual(
          simulation.nodes[from]!.finish[value]!,
        );
      }
    };
    fc.assert(fc.property(graphs({ tight: true, most: 7 }), fc.boolean(), check), RUNS);
    expect(refused).toBe(0);
    // Many of them come to no end without spilling.
    expect(stuck).toBeGreaterThan(RUNS.numRuns / 5);
    expect(spilled).toBeGreaterThanOrEqual(stuck);
  });
});
