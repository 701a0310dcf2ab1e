import fc from 'fast-check';
import { expect } from 'vitest';
import type { SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { type NodeRun, simulateGraph } from '../../../src/simulate/play/engine.ts';
import { referenceSimulation } from '../../reference/simulation/simulation.ts';
import { randomGraph } from './engine-graphs.ts';
import { expectSameRun } from './same-run.ts';

/** Engine and reference have to agree on everything that both say. */
function expectAgreement(graph: SimulationGraph): void {
  const reference = referenceSimulation(graph);
  const run = simulateGraph(graph, { keepSets: true });
  expectSameRun(run, reference);
  for (const node of run.nodes) expectSums(node);
  if (run.deadlock !== undefined) return;
  const arrivedBits = (node: number) =>
    reference.arrivals.filter((arrival) => arrival.node === node).reduce((sum, { bits }) => sum + bits, 0);
  expect(run.nodes.map(({ inputWrittenBits }) => inputWrittenBits)).toEqual(
    run.nodes.map((_, node) => arrivedBits(node)),
  );
  expect(reference.tiles.every((tile) => tile.inputEndBits === 0 && tile.outputEndBits === 0)).toBe(true);
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

/** They do on so many random graphs and chips. */
export function expectAgreementOnRandomGraphs(numRuns: number): void {
  fc.assert(fc.property(randomGraph, expectAgreement), { numRuns });
}
