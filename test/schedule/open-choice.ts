/** What rounds are chosen from, opened on an engine as `auto` does. */
import { Engine } from '../../src/engine/engine.ts';
import type { EngineTurns } from '../../src/engine/turns.ts';
import { fitNetwork } from '../../src/map/fit.ts';
import { demandWriting, layersOf, turnsOf } from '../../src/schedule/choose-rounds.ts';
import type { RoundChoice } from '../../src/schedule/round-bounds.ts';
import { mostCyclesOfRound } from '../../src/schedule/run-groups.ts';
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
  const layers = layersOf(turns, workload.problem.baseLayers);
  const slices = turns.slices.map(({ pesPerCopy }, i) => {
    const mostCopies = Math.floor(turns.pes / pesPerCopy);
    return { layer: layers[i]!, round: 0, pes: pesPerCopy, copies: 1, mostCopies };
  });
  const { writeCycles, parallelWrites: parallel = turns.pes } = writing;
  const setup = {
    ...{ slices, inferences: group },
    writing: { mode: 'barrier' as const, pes: turns.pes, parallel, writeCycles },
  };
  const most = mostCyclesOfRound({ layers: turns.slices, totalPes: turns.pes }, workload, group);
  return { choice: { workload, turns, writing, group }, engine: engine.openTurns(setup, most) };
}
