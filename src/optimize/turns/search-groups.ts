import { ClsaCimError } from '../../errors.ts';
import { type BestTurns, costOf, searchTurns, type TurnSearch } from './search-turns.ts';
import { longRun } from './turn-bound.ts';
import type { TurnCycles } from './turn-cycles.ts';
import type { TurnProblem } from './turn-problem.ts';

/** What was found for the best of all sizes of groups. */
export interface BestGroup {
  readonly greedy: GroupCycles;
  readonly best: GroupCycles;
  /** What is minimised does not go below, in cycles of an inference (throughput) or of a group (latency). */
  readonly bound: number;
}

/** What rounds and copies take with groups of some size. */
export interface GroupCycles extends TurnCycles {
  /** Inferences of a group. */
  readonly group: number;
}

/** Sizes that are searched besides those of {@link sizesUpTo}, at most: those between what may be and what may not. */
const BETWEEN = 5;

/**
 * The size of groups with the best throughput of which one on its own takes no more than `maxCycles`: powers of two and three
 * times such, then those between the largest that may be and the smallest that may not.
 *
 * @param problemOf The problem with groups of so many inferences.
 * @throws ClsaCimError where no group was found that is fast enough.
 */
export function* searchGroups(
  problemOf: (group: number) => TurnProblem,
  maxGroup: number,
  search: TurnSearch,
): Generator<void, BestGroup> {
  const sizes = sizesUpTo(maxGroup);
  const share = Math.ceil(search.effort.maxEvaluations / (sizes.length + BETWEEN));
  const tried: BestTurns[] = [];
  const tryGroup = function* (group: number): Generator<void, BestTurns> {
    search.effort.allow(share);
    const result = yield* searchTurns(problemOf(group), search);
    tried.push(result);
    return result;
  };
  let [enough, tooMany] = [0, maxGroup + 1];
  for (const group of sizes) {
    const { best, problem, groupBound } = yield* tryGroup(group);
    if (best !== undefined) enough = group;
    else if (enough > 0) tooMany = Math.min(tooMany, group);
    if (groupBound > problem.maxCycles) break;
    if (best === undefined && enough > 0) break;
  }
  while (enough > 0 && tooMany - enough > 1) {
    const group = enough + Math.floor((tooMany - enough) / 2);
    const { best } = yield* tryGroup(group);
    if (best === undefined) tooMany = group;
    else enough = group;
  }
  return bestOfGroups(tried, problemOf, maxGroup);
}

/** 1, 2, 3, 4, 6, 8, 12, … and the last one. */
function sizesUpTo(maxGroup: number): number[] {
  const sizes: number[] = [];
  for (let power = 1; power <= maxGroup; power *= 2) {
    sizes.push(power);
    if (power > 1 && power * 1.5 <= maxGroup) sizes.push(power * 1.5);
  }
  return sizes.at(-1) === maxGroup ? sizes : [...sizes, maxGroup];
}

/** The best throughput of all groups that were tried, and a bound for those that were not, too. */
function bestOfGroups(
  tried: readonly BestTurns[],
  problemOf: (group: number) => TurnProblem,
  maxGroup: number,
): BestGroup {
  const perInference = ({ group, intervalCycles }: GroupCycles) => intervalCycles / group;
  const better = (best: GroupCycles | undefined, one: GroupCycles) =>
    best === undefined || perInference(one) < perInference(best) ? one : best;
  const found = tried.flatMap(({ best, problem }) => (best ? [{ ...best, group: problem.group }] : []));
  const best = found.reduce<GroupCycles | undefined>(better, undefined);
  if (best === undefined) throw tooSlow(tried);
  const fast = tried.flatMap(({ greedy, problem }) =>
    greedy.groupCycles <= problem.maxCycles ? [{ ...greedy, group: problem.group }] : [],
  );
  const first = { ...tried[0]!.greedy, group: tried[0]!.problem.group };
  const greedy = fast.reduce<GroupCycles | undefined>(better, undefined) ?? first;
  return { greedy, best, bound: boundOfGroups(tried, problemOf, maxGroup, perInference(best)) };
}

/** Larger groups are never faster, so that none is looked at from the first on that is proven to be too slow. */
function boundOfGroups(
  tried: readonly BestTurns[],
  problemOf: (group: number) => TurnProblem,
  maxGroup: number,
  reached: number,
): number {
  const byGroup = new Map(tried.map((one) => [one.problem.group, one]));
  const tooSlowFrom = tried.reduce(
    (first, { problem, groupBound }) =>
      groupBound > problem.maxCycles ? Math.min(first, problem.group) : first,
    Infinity,
  );
  let bound = reached;
  for (let group = 1; group <= maxGroup && group < tooSlowFrom; group++) {
    const known = byGroup.get(group)?.bound ?? longRun(problemOf(group));
    bound = Math.min(bound, known / group);
  }
  return bound;
}

/** What was found for groups of a size that is given. */
export function* searchGroup(problem: TurnProblem, search: TurnSearch): Generator<void, BestGroup> {
  const { group, objective } = problem;
  const found = yield* searchTurns(problem, search);
  if (found.best === undefined) throw tooSlow([found]);
  const cost = costOf(problem, found.best);
  const bound = Math.min(found.bound, cost);
  return {
    greedy: { ...found.greedy, group },
    best: { ...found.best, group },
    bound: objective === 'latency' ? bound : bound / group,
  };
}

function tooSlow(tried: readonly BestTurns[]): ClsaCimError {
  const { problem, fastestGroup, groupBound } = tried[0]!;
  const { mvmIntervalNs } = problem.workload.architecture;
  const inferences = problem.group === 1 ? 'one inference' : `a group of ${problem.group} inferences`;
  return new ClsaCimError(
    `maxLatencyNs: ${inferences} takes ${fastestGroup * mvmIntervalNs} ns with the fastest copies that were found, and ` +
      `none take less than ${groupBound * mvmIntervalNs} ns; allow more, use more PEs or a smaller group`,
    'input',
  );
}
