import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, type SimulationRun, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { onlyMvms } from '../../reference/simulation/random-graph.ts';
import { expectConserved } from './conserved.ts';
import { spillingGraph } from './random-spilling.ts';

/** Most runs are shorter: then there is a bin for each cycle. */
const BINS = 2 ** 10;

/** Plays a graph whose values may spill, which no set is too large for. */
export function playSpilling(graph: SimulationGraph): SimulationRun {
  const engine = new SimulationEngine();
  engine.load(graph, { keepSets: true, keepUse: { bins: BINS } });
  expect(engine.playSpilling()).toBeUndefined();
  const run = engine.run();
  engine.release();
  return run;
}

/** No set is finished before it is where only MVMs (and writing) take time. */
function expectNotFasterThanIdeal(graph: SimulationGraph, run: SimulationRun): void {
  const ideal = simulateGraph(onlyMvms(graph), { keepSets: true });
  run.nodes.forEach(({ finishes }, node) => {
    const early = ideal.nodes[node]!.finishes!.findIndex((cycle, set) => cycle > finishes![set]!);
    expect(early).toBe(-1);
  });
}

/** On so many random graphs with the smallest buffers that hold every set, or larger ones, all ends and nothing gets lost. */
export function expectConservedOn(numRuns: number): void {
  const seen = { spilled: 0, shared: 0, again: 0, everyCycle: 0 };
  const check = fc.property(spillingGraph, (graph) => {
    const run = playSpilling(graph);
    expectConserved(graph, run);
    expectNotFasterThanIdeal(graph, run);
    if (run.nodes.some(({ spilledBits }) => spilledBits > 0)) seen.spilled++;
    if (run.nodes.some(({ spilledBits, fetchedBits }) => fetchedBits > spilledBits)) seen.again++;
    if (run.sharedPeakBits > 0) seen.shared++;
    if (run.use!.binCycles === 1) seen.everyCycle++;
  });
  fc.assert(check, { numRuns });
  // Otherwise it says little.
  expect(seen.spilled).toBeGreaterThan(numRuns / 3);
  expect(seen.shared).toBeGreaterThan(numRuns / 10);
  expect(seen.again).toBeGreaterThan(numRuns / 10);
  expect(seen.everyCycle).toBeGreaterThan(numRuns / 2);
}
