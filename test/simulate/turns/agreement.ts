import { expect } from 'vitest';
import { schedule } from '../../../src/schedule/schedule.ts';
import { Scheduler } from '../../../src/schedule/scheduler.ts';
import { Simulator } from '../../../src/simulate/play/simulator.ts';
import { simulate } from '../../../src/simulate/simulate.ts';
import { prepare } from '../../../src/workload/workload.ts';
import { describeTurns, type TurnsCase, turnsOf } from '../../reference/turns-case.ts';
import { chipOf } from '../../schedule/turns-agreement.ts';

/** Simulates a case where nothing but MVMs and writing takes time, and demands every set to finish when it does in the schedule. */
export function expectSimulationAsScheduled(asked: TurnsCase): void {
  const { network, granularity, totalPes: pes, batch, group, reload, rounds, duplication } = asked;
  const { slices } = turnsOf(asked);
  const named = typeof rounds === 'object' ? rounds.map((slice) => slices[slice]!.name) : rounds;
  const how = { pes, batch, group, reload, duplication, ...(named === undefined ? {} : { rounds: named }) };
  const workload = prepare(network, chipOf(asked), { granularity });
  const scheduler = new Scheduler(workload);
  const mapping = scheduler.map(how);
  const { sets, cycles } = scheduler.schedule(mapping, { batch, group, reload, keepSets: true });
  scheduler.release();
  const simulator = new Simulator(workload, mapping.totalPes, { batch, group, reload });
  const { graph, run } = simulator.play(mapping, { keepSets: true });
  simulator.release();
  const text = describeTurns(asked);
  sets!.forEach(({ name, count, finish }, layer) => {
    const own = graph.nodes.flatMap((node, i) =>
      node.kind === 'base' && node.name === name ? Array.from(run.nodes[i]!.finishes!) : [],
    );
    const scheduled = Array.from({ length: count }, (_, k) => finish(k));
    expect(own, `${text} layer ${layer}`).toEqual(scheduled);
  });
  expect(run.cycles, text).toBe(cycles);
}

/**
 * Simulates a case layer by layer, with the rounds that this gives, and demands every layer to run when it does in the schedule.
 *
 * @returns False where all weights are there at once, so that inferences of a batch overlap in a simulation (docs/simulation.md section 5).
 */
export function expectLayersAsScheduled(asked: TurnsCase): boolean {
  const { network, totalPes: pes, batch, group, duplication } = asked;
  // A list of copies is for rounds that are given.
  const policy = typeof duplication === 'string' ? { duplication } : {};
  const options = { pes, batch, group, scheduling: 'lbl', ...policy } as const;
  const { roundCount = 1, cycles, groupEndCycles, layers } = schedule(network, chipOf(asked), options);
  if (roundCount === 1 && batch > 1) return false;
  const simulated = simulate(network, chipOf(asked), options);
  const text = describeTurns(asked);
  expect(simulated, text).toMatchObject({ cycles, idealCycles: cycles });
  if (roundCount > 1) expect(simulated.groupEndCycles, text).toEqual(groupEndCycles);
  for (const { name, startCycle, endCycle } of layers)
    expect(simulated.layers, text).toContainEqual(expect.objectContaining({ name, startCycle, endCycle }));
  return roundCount > 1;
}
