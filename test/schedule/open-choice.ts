/** What rounds are chosen from, opened on an engine as `auto` does. */
import { Engine } from '../../src/engine/engine.ts';
import type { EngineTurns } from '../../src/engine/turns.ts';
import { fitNetwork } from '../../src/map/fit.ts';
import { demandWriting, openRounds, turnsOf } from '../../src/schedule/choose-rounds.ts';
import type { RoundChoice } from '../../src/schedule/round-bounds.ts';
import { prepare } from '../../src/workload/workload.ts';
import type { TurnsCase } from '../reference/turns-case.ts';
import { chipOf } from './turns-agreement.ts';

/** The slices of a case, and an engine that is ready for them. */
export function openChoice(asked: TurnsCase): { readonly choice: RoundChoice; readonly engine: EngineTurns } {
  const { network, granularity, totalPes: pes, group, duplication } = asked;
  const workload = prepare(network, chipOf(asked), { granularity });
  const turns = turnsOf(fitNetwork(network, workload.architecture, { pes }), duplication);
  const writing = demandWriting(workload);
  const engine = new Engine();
  engine.load(workload.problem.words);
  engine.setResultDelay(workload.architecture.resultCycles - 1);
  const choice = { workload, turns, writing, group };
  return { choice, engine: openRounds(engine, choice) };
}
