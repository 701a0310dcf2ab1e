import type { Engine } from '../../engine/engine.ts';
import type { Mapping } from '../../map/mapping.ts';
import { basesOf } from '../../map/slices.ts';
import { dependenciesOf } from '../dependencies.ts';
import { leastInterval } from '../least-interval.ts';
import { searchBarrier } from './barrier.ts';
import type { Effort } from './effort.ts';
import { searchRolling } from './rolling.ts';
import { type TurnBound, turnBound } from './turn-bound.ts';
import { pixelsOf, type TurnCycles, turnCycles } from './turn-cycles.ts';
import { TurnEngine } from './turn-engine.ts';
import { fitsAtOnce, pesOfCopies, roundSpace, type TurnCandidate, type TurnProblem } from './turn-problem.ts';

/** What a search in turns works on besides its problem. */
export interface TurnSearch {
  /** Has the problem of the workload loaded. */
  readonly engine: Engine;
  readonly seed: number;
  readonly gap: number;
  readonly effort: Effort;
  /** The network in rounds, with the copies of greedy, for groups of so many inferences: first those that were asked for. */
  readonly greedyMappings: (group: number) => readonly Mapping[];
}

/** The best rounds and copies for groups of one size, in cycles of a group. */
export interface BestTurns {
  readonly problem: TurnProblem;
  /** The rounds from which the search starts, with the copies of greedy. */
  readonly greedy: TurnCycles;
  /** The best that was found; undefined where a group takes longer than it may with all that were looked at. */
  readonly best: TurnCycles | undefined;
  /** The fastest group on its own that was found. */
  readonly fastestGroup: number;
  /** What is minimised does not go below. */
  readonly bound: number;
  /** No group on its own is faster. */
  readonly groupBound: number;
}

/** Searches rounds and copies together for groups of one size. */
export function* searchTurns(problem: TurnProblem, search: TurnSearch): Generator<void, BestTurns> {
  const { engine, seed, gap, effort } = search;
  const { workload, group } = problem;
  const given = search.greedyMappings(group).map((mapping) => candidateOf(problem, mapping));
  const waits = dependenciesOf(engine, workload.problem, workload.architecture.resultCycles);
  const bases = basesOf(problem.slices);
  const least = turnBound(problem, waits, bases);
  yield;
  const turns = new TurnEngine(engine, problem);
  const tools = { problem, engine: turns, waits, bases, seed };
  const low = boundOf(problem, least);
  const found =
    problem.reload === 'barrier'
      ? yield* searchBarrier(tools, given, effort, gap)
      : yield* searchRolling(tools, given, low, effort, gap);
  const atOnce = yield* searchAtOnce(problem, effort);
  const candidates = [...given, found.candidate, ...(atOnce === undefined ? [] : [atOnce.candidate])];
  const measured = candidates.map((candidate) => turnCycles(problem, turns, candidate));
  const fastestGroup = measured.reduce((cycles, { groupCycles }) => Math.min(cycles, groupCycles), Infinity);
  const bound = Math.min(Math.max(low, found.bound), atOnce?.bound ?? Infinity);
  return {
    ...{ problem, greedy: measured[0]!, best: bestOf(problem, measured) },
    ...{ fastestGroup, bound, groupBound: least.group },
  };
}

function boundOf({ objective }: TurnProblem, { group, interval }: TurnBound): number {
  return objective === 'latency' ? group : interval;
}

/** What is minimised. */
export function costOf({ objective }: TurnProblem, cycles: TurnCycles): number {
  return objective === 'latency' ? cycles.groupCycles : cycles.intervalCycles;
}

/** The best of those that are fast enough, of equals the one whose copies take the fewest PEs. */
function bestOf(problem: TurnProblem, all: readonly TurnCycles[]): TurnCycles | undefined {
  const pesOf = ({ candidate }: TurnCycles) => pesOfCopies(problem, candidate.copies);
  const order = (a: TurnCycles, b: TurnCycles) =>
    costOf(problem, a) - costOf(problem, b) || pesOf(a) - pesOf(b);
  return all.filter(({ groupCycles }) => groupCycles <= problem.maxCycles).sort(order)[0];
}

/** Copies that run no set are left out. */
function candidateOf({ sets, group }: TurnProblem, { layers, rounds = [0] }: Mapping): TurnCandidate {
  return { starts: rounds, copies: layers.map(({ copies }, i) => Math.min(copies, sets[i]! * group)) };
}

/** The best throughput in one round, in which nothing is written, where everything fits; and its bound. */
function* searchAtOnce(
  problem: TurnProblem,
  effort: Effort,
): Generator<void, { candidate: TurnCandidate; bound: number } | undefined> {
  if (problem.objective === 'latency' || !fitsAtOnce(problem)) return undefined;
  const { slices, group } = problem;
  const space = roundSpace({ ...problem, sets: slices.map(({ mvms }) => mvms), group: 1 }, 0, slices.length);
  const { copies, bound } = yield* leastInterval(pixelsOf(problem), space, effort);
  return { candidate: { starts: [0], copies }, bound: bound * group };
}
