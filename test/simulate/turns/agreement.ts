import { expect } from 'vitest';
import { Scheduler } from '../../../src/schedule/scheduler.ts';
import { Simulator } from '../../../src/simulate/play/simulator.ts';
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
