import { Engine } from '../../engine/engine.ts';
import { ClsaCimError } from '../../errors.ts';
import { fitNetwork } from '../../map/fit.ts';
import type { Mapping } from '../../map/mapping.ts';
import { demandWriting, mapInTurns, turnsOf } from '../../schedule/choose-rounds.ts';
import type { Rounds } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';
import { gapOf } from '../objective.ts';
import type { Limits, StoppedBy } from '../search.ts';
import { Effort } from './effort.ts';
import { type BestGroup, searchGroup, searchGroups } from './search-groups.ts';
import { type TurnProblem, turnChip } from './turn-problem.ts';
import type { TurnTask } from './turn-task.ts';

/** Schedules that are looked at by default. */
const MAX_EVALUATIONS = 100_000;
/** A proof keeps a handful of numbers for every set of a group. */
const MAX_SETS = 2 ** 25;

/** How a search in turns is done. */
export interface TurnSettings extends Omit<Limits, 'maxEvaluations'> {
  readonly maxEvaluations: number | undefined;
  readonly seed: number;
  readonly gap: number;
}

/** What a search in turns found. */
export interface FoundTurns extends BestGroup {
  readonly problem: TurnProblem;
  /** Of the figure that is minimised. */
  readonly cost: number;
  readonly evaluations: number;
  readonly stoppedBy: StoppedBy;
}

/** Searches rounds and copies together, and the size of groups where it is left open; see docs/optimize.md. */
export function* searchInTurns(
  workload: Workload,
  task: TurnTask,
  settings: TurnSettings,
): Generator<void, FoundTurns> {
  const engine = new Engine();
  try {
    return yield* searchOn(engine, workload, task, settings);
  } finally {
    engine.dispose();
  }
}

function* searchOn(
  engine: Engine,
  workload: Workload,
  task: TurnTask,
  { seed, gap, maxEvaluations = MAX_EVALUATIONS, ...limits }: TurnSettings,
): Generator<void, FoundTurns> {
  const { network, architecture } = workload;
  const writing = demandWriting(workload);
  const chip = turnChip(workload, turnsOf(fitNetwork(network, architecture, task.pes), 'greedy'), writing);
  const { objective, reload } = task;
  const maxCycles = task.maxLatencyNs / architecture.mvmIntervalNs;
  const problemOf = (group: number): TurnProblem => ({ ...chip, objective, reload, maxCycles, group });
  checkSets(chip.sets, task.group === 'auto' ? task.maxGroup : task.group);
  engine.load(workload.problem.words);
  engine.setResultDelay(architecture.resultCycles - 1);
  const effort = new Effort({ ...limits, maxEvaluations });
  const greedyMappings = (group: number): Mapping[] => {
    const others = (['auto', 'fewest'] as const).filter((name) => name !== task.rounds);
    const map = (rounds: Rounds) =>
      mapInTurns(workload, { ...task.pes, rounds, batch: group, group }, (work) => work(engine));
    return [map(task.rounds), ...others.map(map)];
  };
  const search = { engine, seed, gap, effort, greedyMappings };
  const found =
    task.group === 'auto'
      ? yield* searchGroups(problemOf, task.maxGroup, search)
      : yield* searchGroup(problemOf(task.group), search);
  const { groupCycles, intervalCycles, group } = found.best;
  const cost = objective === 'latency' ? groupCycles : intervalCycles / group;
  const { evaluations } = effort;
  return {
    ...found,
    ...{
      problem: problemOf(group),
      cost,
      evaluations,
      stoppedBy: whyStopped(effort, cost, found.bound, gap),
    },
  };
}

function whyStopped(effort: Effort, cost: number, bound: number, gap: number): StoppedBy {
  if (cost === bound) return 'optimal';
  if (effort.stoppedBy === undefined && gapOf(cost, bound) <= gap) return 'gap';
  return effort.stoppedBy ?? 'converged';
}

function checkSets(sets: readonly number[], group: number): void {
  const total = sets.reduce((sum, count) => sum + count, 0) * group;
  if (total <= MAX_SETS) return;
  throw new ClsaCimError(
    `a group of ${group} inferences has ${total} sets and the optimiser takes at most ${MAX_SETS}; use coarser sets, such ` +
      'as granularity row, or a smaller group',
    'input',
    { code: 'OUT_OF_MEMORY' },
  );
}
