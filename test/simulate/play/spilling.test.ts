import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { graphs, withPixels } from '../../reference/simulation/random-graph.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { spillPlan } from '../../reference/simulation/spilling.ts';
import { randomGraph } from './engine-graphs.ts';

const numRuns = Number(process.env.RUNS ?? 200);

/** The same graph with a port, and buffers that are so much larger than the smallest on which every set fits. */
function tight(graph: SimulationGraph, more: number, offChipLatencyCycles: number): SimulationGraph {
  let [inputBufferBits, outputBufferBits] = [1, 1];
  for (;;) {
    const chip = {
      offChipBitsPerCycle: 4,
      offChipLatencyCycles,
      ...graph.chip,
      inputBufferBits,
      outputBufferBits,
    };
    const { tooLarge } = spillPlan({ ...graph, chip });
    const larger = {
      ...chip,
      inputBufferBits: inputBufferBits + more,
      outputBufferBits: outputBufferBits + (more >> 1),
    };
    if (tooLarge === undefined) return { ...graph, chip: larger };
    if (tooLarge.buffer === 'input') inputBufferBits = tooLarge.bits;
    else outputBufferBits = tooLarge.bits;
  }
}

function expectAgreement(graph: SimulationGraph): boolean {
  const plan = spillPlan(graph);
  const reference = referenceSimulation(graph, plan);
  const engine = new SimulationEngine();
  engine.load(graph, { keepSets: true });
  const tooLarge = engine.playSpilling();
  expect(tooLarge).toEqual(plan.tooLarge);
  const run = engine.run();
  engine.release();
  const nodes = run.nodes.map(({ starts, finishes, ...node }) => ({
    start: Array.from(starts ?? []),
    finish: Array.from(finishes ?? []),
    ...node,
  }));
  expect({ nodes, cycles: run.cycles, deadlock: run.deadlock }).toEqual({
    nodes: reference.nodes,
    cycles: reference.cycles,
    deadlock: reference.deadlock,
  });
  expect(run.tiles).toEqual(reference.tiles.map(({ inputEndBits: _, outputEndBits: __, ...tile }) => tile));
  expect(run.links).toEqual(reference.links);
  expect(run.messages).toBe(reference.messages);
  return plan.spilled.size > 0;
}

describe('values that spill: the engine agrees with the reference', { timeout: 600_000 }, () => {
  const more = fc.oneof(fc.constant(0), fc.nat(60));
  const latency = fc.oneof(fc.constant(0), fc.nat(9));

  test.each([
    ['small graphs', graphs({ tight: true, most: 7 })],
    ['graphs of the engine', randomGraph],
  ])('on %s', (_, all) => {
    let spilled = 0;
    fc.assert(
      fc.property(all, more, latency, fc.boolean(), (random, bits, cycles, hasPixels) => {
        const graph = hasPixels ? withPixels(random) : random;
        if (expectAgreement(tight(graph, bits, cycles))) spilled++;
      }),
      { numRuns, seed: Number(process.env.SEED ?? 1), endOnFailure: process.env.SHRINK === undefined },
    );
    expect(spilled).toBeGreaterThan(numRuns / 4);
  });
});
