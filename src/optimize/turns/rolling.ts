import { type Evaluator, Search } from '../search.ts';
import type { Space } from '../space.ts';
import { trim } from '../trim.ts';
import type { Effort } from './effort.ts';
import { annealCopies, descendCopies, descendCuts } from './rolling-moves.ts';
import type { TurnEngine } from './turn-engine.ts';
import {
  mostCopies,
  pesOfCopies,
  roundsOf,
  type TurnCandidate,
  type TurnFound,
  type TurnProblem,
} from './turn-problem.ts';

/** What a group that takes longer than it may costs at least; no schedule of a search takes so many cycles. */
const TOO_LONG = 2 ** 53;
/** Shares of the schedules for cuts, for annealing in rounds, and how much colder each of these starts. */
const CUTS = 0.2;
const ROUNDS = 4;
const COOLING = 0.5;

/**
 * `rolling`: copies are what matters, since a PE is written whenever one is free. Any copies that fit the chip slice by slice
 * fit it in rounds, so that each slice's are free of the others'.
 *
 * @param candidates Rounds and copies to begin with.
 * @param bound No copies go below, in the cycles that are minimised.
 * @param gap Gap between best and bound that is small enough, as a share of the best.
 */
export function* searchRolling(
  { problem, engine, seed }: { problem: TurnProblem; engine: TurnEngine; seed: number },
  candidates: readonly TurnCandidate[],
  bound: number,
  effort: Effort,
  gap: number,
): Generator<void, TurnFound> {
  const space = spaceOf(problem);
  const evaluations = effort.left;
  const search = new Search(
    space,
    evaluatorOf(problem, engine),
    candidates[0]!.copies,
    seed,
    effort.part(evaluations),
  );
  search.target = bound / (1 - gap);
  for (const { copies } of candidates.slice(1)) search.goTo(copies);
  for (const candidate of candidates) {
    search.goTo(candidate.copies);
    const { evaluations: first } = search;
    const most = first + Math.ceil((evaluations * CUTS) / candidates.length);
    yield* descendCuts(search, problem, candidate.starts, most);
  }
  search.goTo(search.best.copies);
  yield* descendCopies(search);
  const share = Math.ceil((evaluations - search.evaluations) / ROUNDS);
  for (let round = 0; round < ROUNDS && search.best.cost < TOO_LONG && !search.isOver; round++) {
    search.goTo(search.best.copies);
    yield* annealCopies(search, share * 0.8, COOLING ** round);
    search.goTo(search.best.copies);
    yield* descendCopies(search);
  }
  yield* trim(search);
  effort.spend(search.evaluations);
  const { copies, cost } = search.best;
  return {
    candidate: { starts: roundsOf(problem, copies), copies },
    cycles: cost < TOO_LONG ? cost : Infinity,
    groupCycles: engine.groupCycles(copies),
    bound: Math.min(bound, cost),
  };
}

/** Copies of every slice, with nothing but the chip to limit each. */
function spaceOf(problem: TurnProblem): Space {
  const { slices, group } = problem;
  return {
    pesPerCopy: slices.map(({ pesPerCopy }) => pesPerCopy),
    work: slices.map(({ mvms }) => mvms * group),
    most: mostCopies(problem),
    ...{ totalPes: Number.MAX_SAFE_INTEGER, budgets: [Number.MAX_SAFE_INTEGER] },
    crossbars: slices.map(() => 0),
  };
}

function evaluatorOf(problem: TurnProblem, engine: TurnEngine): Evaluator {
  const { objective, maxCycles, pes } = problem;
  const copies: number[] = [];
  let before: number[] = [];
  const cyclesOf = (limit: number) => {
    if (objective === 'latency') return engine.groupCycles(copies, limit);
    // Weights that all fit are not written again: that is another search.
    if (pesOfCopies(problem, copies) <= pes) return Infinity;
    const { group, interval } = engine.stream(copies, maxCycles);
    return group > maxCycles ? TOO_LONG + group : interval;
  };
  return {
    setCopies(slice, own) {
      copies[slice] = own;
    },
    cost(limit) {
      const cycles = cyclesOf(limit);
      if (cycles <= limit) before = [...copies];
      return cycles;
    },
    undo() {
      before.forEach((own, slice) => {
        copies[slice] = own;
      });
    },
  };
}
