import type { Writing } from '../../architecture/writing.ts';
import { duplicationPolicies } from '../../map/duplication/index.ts';
import { fewestRounds, type Turns } from '../../map/rounds.ts';
import type { UncopiedLayer } from '../../map/slices.ts';
import { layersOf } from '../../schedule/choose-rounds.ts';
import { setsOf } from '../../schedule/run-groups.ts';
import type { Reload } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';
import type { Space } from '../space.ts';

/** What is looked for: the least cycles of a group on its own, or the least interval of a stream of groups. */
export type TurnObjective = 'latency' | 'throughput';

/** A network whose weights may take turns (spec.md section 9), and what rounds and copies are searched for. */
export interface TurnProblem {
  /** What runs, and how it is cut into sets. */
  readonly workload: Workload;
  /** The network as it is cut into rounds. */
  readonly turns: Turns;
  /** Base layers or slices of them, in order. */
  readonly slices: readonly UncopiedLayer[];
  /** Index in the schedule's problem of the layer of each slice. */
  readonly layers: readonly number[];
  /** Sets of each slice in one inference. */
  readonly sets: readonly number[];
  /** PEs of the chip. */
  readonly pes: number;
  /** PEs that are written at a time. */
  readonly parallel: number;
  /** Cycles to write one. */
  readonly writeCycles: number;
  /** Inferences of a group. */
  readonly group: number;
  /** How weights are written. */
  readonly reload: Reload;
  /** What is looked for. */
  readonly objective: TurnObjective;
  /** No group on its own may take more cycles. */
  readonly maxCycles: number;
}

/** Rounds, by their first slices, and copies of every slice. */
export interface TurnCandidate {
  readonly starts: readonly number[];
  readonly copies: readonly number[];
}

/** What was found. Cycles are those that are minimised: of a group on its own, or from one group to the next. */
export interface TurnFound {
  readonly candidate: TurnCandidate;
  /** Infinity where every group on its own takes more than it may. */
  readonly cycles: number;
  /** Cycles of a group on its own. */
  readonly groupCycles: number;
  /** No rounds and copies go below. */
  readonly bound: number;
}

/** What does not depend on the group, nor on what is looked for. */
export function turnChip(workload: Workload, turns: Turns, writing: Writing) {
  const { slices, pes } = turns;
  return {
    ...{ workload, turns, slices, pes },
    layers: layersOf(turns, workload.problem.baseLayers),
    sets: slices.map((slice) => setsOf(workload, slice)),
    parallel: Math.min(writing.parallelWrites ?? pes, pes),
    writeCycles: writing.writeCycles,
  };
}

/** The most copies of each slice that the chip holds and that run a set of the group. */
export function mostCopies({ slices, sets, pes, group }: TurnProblem): number[] {
  return slices.map(({ pesPerCopy }, i) => Math.min(Math.floor(pes / pesPerCopy), sets[i]! * group));
}

/** Where one copy of every slice fits, everything may be one round, and nothing is written. */
export function fitsAtOnce({ turns }: TurnProblem): boolean {
  return fewestRounds(turns).length === 1;
}

/** The copies of `greedy` in a round, without those that run no set. */
export function greedyCopies(problem: TurnProblem, start: number, end: number): number[] {
  const slices = problem.slices.slice(start, end);
  const left = slices.reduce((pes, { pesPerCopy }) => pes - pesPerCopy, problem.pes);
  return duplicationPolicies
    .greedy(slices, left)
    .map((copies, i) => Math.min(copies, problem.sets[start + i]! * problem.group));
}

/** Copies of `greedy` in all rounds. */
export function withGreedy(problem: TurnProblem, starts: readonly number[]): TurnCandidate {
  const copies = starts.flatMap((start, round) =>
    greedyCopies(problem, start, starts[round + 1] ?? problem.slices.length),
  );
  return { starts, copies };
}

/** The fewest rounds for these copies: a slice joins the round as long as all its copies fit. */
export function roundsOf({ slices, pes }: TurnProblem, copies: readonly number[]): number[] {
  const starts: number[] = [];
  let left = 0;
  slices.forEach(({ pesPerCopy }, i) => {
    const taken = pesPerCopy * copies[i]!;
    if (i === 0 || taken > left) {
      starts.push(i);
      left = pes;
    }
    left -= taken;
  });
  return starts;
}

/** PEs of copies of all slices, which are what is written for a group. */
export function pesOfCopies({ slices }: TurnProblem, copies: readonly number[]): number {
  return slices.reduce((sum, { pesPerCopy }, i) => sum + pesPerCopy * copies[i]!, 0);
}

/** The copies of the slices of a round, within the PEs of the chip. */
export function roundSpace(problem: TurnProblem, start: number, end: number): Space {
  const { slices, sets, pes, group } = problem;
  const own = slices.slice(start, end);
  const pesPerCopy = own.map((slice) => slice.pesPerCopy);
  const left = pesPerCopy.reduce((rest, some) => rest - some, pes);
  const most = pesPerCopy.map((some, i) => Math.min(sets[start + i]! * group, 1 + Math.floor(left / some)));
  const alike = { totalPes: pes, budgets: [pes], crossbars: own.map(() => 0) };
  return { pesPerCopy, work: own.map(({ mvms }) => mvms * group), most, ...alike };
}
