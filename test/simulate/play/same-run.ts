import { expect } from 'vitest';
import type { SimulationRun } from '../../../src/simulate/play/engine.ts';
import type { ReferenceSimulation } from '../../reference/simulation/result.ts';

/** Engine, with sets kept, and reference have to agree on everything that both say. */
export function expectSameRun(run: SimulationRun, reference: ReferenceSimulation): void {
  const nodes = run.nodes.map(({ starts, finishes, fetchStarts, fetchEnds, ...node }) => ({
    start: Array.from(starts ?? []),
    finish: Array.from(finishes ?? []),
    ...(fetchStarts && { fetchStart: Array.from(fetchStarts) }),
    ...(fetchEnds && { fetchEnd: Array.from(fetchEnds) }),
    ...node,
  }));
  const { peWrites } = run;
  expect(
    peWrites && { start: Array.from(peWrites.starts), begin: Array.from(peWrites.begins) },
    'peWrites',
  ).toEqual(reference.peWrites);
  expect({ nodes, cycles: run.cycles, deadlock: run.deadlock }).toEqual({
    nodes: reference.nodes,
    cycles: reference.cycles,
    deadlock: reference.deadlock,
  });
  expect(run.tiles).toEqual(reference.tiles.map(({ inputEndBits: _, outputEndBits: __, ...tile }) => tile));
  expect(run.links).toEqual(reference.links);
  expect(run.messages).toBe(reference.messages);
  expect(run.sharedPeakBits).toBe(reference.sharedPeakBits);
  expect(Array.from(run.inferenceEnds)).toEqual(reference.inferenceEnds);
}
