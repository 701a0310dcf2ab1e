import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine } from '../../../src/simulate/play/engine.ts';
import { graphs, withPixels } from '../../reference/simulation/random-graph.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { spillPlan } from '../../reference/simulation/spilling.ts';
import { randomGraph } from './engine-graphs.ts';
import { expectSameRun } from './same-run.ts';
import { withTightBuffers } from './tight-buffers.ts';

function expectAgreement(graph: SimulationGraph): boolean {
  const plan = spillPlan(graph);
  const reference = referenceSimulation(graph, plan);
  const engine = new SimulationEngine();
  engine.load(graph, { keepSets: true });
  const tooLarge = engine.playSpilling();
  expect(tooLarge).toEqual(plan.tooLarge);
  const run = engine.run();
  engine.release();
  expectSameRun(run, reference);
  return plan.spilled.size > 0;
}

const more = fc.oneof(fc.constant(0), fc.nat(60));
const sharedBuffer = fc.record(
  {
    sharedBufferBits: fc.integer({ min: 1, max: 60 }),
    sharedBufferBitsPerCycle: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
);
const latency = fc.oneof(fc.constant(0), fc.nat(9));

/** Random graphs, by name, and how many of them are played of a hundred: those with many copies take the reference long. */
export const RANDOM_GRAPHS: readonly [string, fc.Arbitrary<SimulationGraph>, number][] = [
  ['small graphs', graphs({ tight: true, most: 7 }), 100],
  ['graphs of the engine', randomGraph, 40],
];

/** The engine and the reference play the same on so many random graphs where values spill. */
export function expectAgreementOn(all: fc.Arbitrary<SimulationGraph>, numRuns: number): void {
  let spilled = 0;
  const check = fc.property(
    ...([all, more, latency, fc.boolean(), sharedBuffer] as const),
    (random, bits, cycles, hasPixels, shared) => {
      const graph = withTightBuffers(hasPixels ? withPixels(random) : random, bits, cycles);
      if (expectAgreement({ ...graph, chip: { ...graph.chip, ...shared } })) spilled++;
    },
  );
  fc.assert(check, { numRuns });
  expect(spilled).toBeGreaterThan(numRuns / 4);
}
