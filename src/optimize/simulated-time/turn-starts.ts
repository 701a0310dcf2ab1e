import { TRIED } from '../../map/duplication/tried.ts';
import type { Mapping } from '../../map/mapping.ts';
import type { MapOptions } from '../../schedule/choose-rounds.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import { once, trialsFor } from '../../simulate/tried/trials.ts';
import type { TurnCandidate, TurnProblem } from '../turns/turn-problem.ts';
import type { TurnTask } from '../turns/turn-task.ts';

/** Candidates that a search starts from: the best of them counts. */
export type Start = readonly [name: string, candidates: Iterable<TurnCandidate>];

/**
 * What the search starts from: the copies of greedy in the rounds that were asked for, or in all that `simulate` tries; those in the
 * rounds of `auto` and `fewest`; the fewest rounds without copies; all that `simulate` tries with the policy `tried`; and the best of the
 * schedule's search. Candidates are mapped when they are asked for.
 *
 * @param batch Inferences that are simulated.
 */
export function* turnStarts(
  { workload, reload, group }: TurnProblem,
  { pes, rounds, areRoundsGiven }: TurnTask,
  batch: number,
  scheduled: TurnCandidate,
): Generator<Start> {
  const scheduler = new Scheduler(workload);
  const how: MapOptions = { ...pes, batch, group, reload };
  const given: MapOptions = areRoundsGiven ? { ...how, rounds } : how;
  const map = (options: MapOptions) => once(() => scheduler.map({ ...how, ...options }));
  const auto = map({ rounds: 'auto', duplication: 'greedy' });
  const greedy = rounds === 'auto' ? auto : map({ rounds, duplication: 'greedy' });
  const tried = (duplication: 'greedy' | typeof TRIED) =>
    trialsFor(scheduler, { ...given, duplication })?.map(({ mapping }) => mapping);
  try {
    yield ['greedy', mapped(tried('greedy') ?? [greedy])];
    yield ['auto', mapped([auto])];
    yield ['fewest', mapped([map({ rounds: 'fewest', duplication: 'greedy' })])];
    yield ['none', mapped([map({ rounds: 'fewest', duplication: 'none' })])];
    yield ['tried', mapped(tried(TRIED) ?? [greedy])];
    yield ['schedule', [scheduled]];
  } finally {
    scheduler.release();
  }
}

function* mapped(mappings: readonly (() => Mapping)[]): Generator<TurnCandidate> {
  for (const mapping of mappings) yield candidateOf(mapping());
}

function candidateOf({ layers, rounds = [0] }: Mapping): TurnCandidate {
  return { starts: rounds, copies: layers.map(({ copies }) => copies) };
}
