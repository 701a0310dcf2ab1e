import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { graphs, withPixels } from '../../reference/simulation/random-graph.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { spillPlan } from '../../reference/simulation/spilling.ts';
import { randomGraph } from './engine-graphs.ts';
import { withTightBuffers } from './tight-buffers.ts';

const numRuns = Number(process.env.RUNS ?? 200);

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
  expect(run.sharedPeakBits).toBe(reference.sharedPeakBits);
  return plan.spilled.size > 0;
}

describe('values that spill: the engine agrees with the reference', { timeout: 600_000 }, () => {
  const more = fc.oneof(fc.constant(0), fc.nat(60));
  const sharedBuffer = fc.record(
    {
      sharedBufferBits: fc.integer({ min: 1, max: 60 }),
      sharedBufferBitsPerCycle: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: [] },
  );
  const latency = fc.oneof(fc.constant(0), fc.nat(9));

  test.each([
    ['small graphs', graphs({ tight: true, most: 7 })],
    ['graphs of the engine', randomGraph],
  ])('on %s', (_, all) => {
    let spilled = 0;
    fc.assert(
      fc.property(
        all,
        more,
        latency,
        fc.boolean(),
        sharedBuffer,
        (random, bits, cycles, hasPixels, shared) => {
          const graph = withTightBuffers(hasPixels ? withPixels(random) : random, bits, cycles);
          if (expectAgreement({ ...graph, chip: { ...graph.chip, ...shared } })) spilled++;
        },
      ),
      { numRuns, seed: Number(process.env.SEED ?? 1), endOnFailure: process.env.SHRINK === undefined },
    );
    expect(spilled).toBeGreaterThan(numRuns / 4);
  });
});
