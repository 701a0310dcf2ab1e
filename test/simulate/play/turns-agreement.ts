import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { SimulationEngine, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { graphs } from '../../reference/simulation/random-graph.ts';
import { drawnTurns, inTurns } from '../../reference/simulation/random-turns.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { spillPlan } from '../../reference/simulation/spilling.ts';
import { randomGraph } from './engine-graphs.ts';
import { expectSameRun } from './same-run.ts';
import { withTightBuffers } from './tight-buffers.ts';

const someGraphs = fc.oneof(graphs({ most: 5 }), graphs({ tight: true, most: 5 }), randomGraph);

/** The engine and the reference play the same on so many random graphs in which weights take turns. */
export function expectAgreementInTurns(numRuns: number): void {
  let written = 0;
  const property = fc.property(someGraphs, drawnTurns, (bare, drawn) => {
    const graph = inTurns(bare, drawn);
    if (graph.turns!.writes.length > 0) written++;
    expectSameRun(simulateGraph(graph, { keepSets: true }), referenceSimulation(graph));
  });
  fc.assert(property, { numRuns });
  expect(written).toBeGreaterThan(numRuns / 3);
}

/** The same where values spill, too: none comes to no end. */
export function expectAgreementWithSpilling(numRuns: number): void {
  let spilled = 0;
  const property = fc.property(someGraphs, drawnTurns, fc.nat({ max: 60 }), (bare, drawn, more) => {
    const graph: SimulationGraph = withTightBuffers(inTurns(bare, drawn), more);
    const plan = spillPlan(graph);
    const reference = referenceSimulation(graph, plan);
    expect(reference.deadlock).toBeUndefined();
    const engine = new SimulationEngine();
    engine.load(graph, { keepSets: true });
    expect(engine.playSpilling()).toBeUndefined();
    expectSameRun(engine.run(), reference);
    engine.release();
    if (plan.spilled.size > 0) spilled++;
  });
  fc.assert(property, { numRuns });
  expect(spilled).toBeGreaterThan(numRuns / 3);
}
