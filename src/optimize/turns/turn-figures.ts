import type { LatencyFigures, ThroughputFigures } from '../objective.ts';
import type { GroupCycles } from './search-groups.ts';
import type { TurnCandidate, TurnProblem } from './turn-problem.ts';

/** A round of copies that were found. */
export interface OptimizedRound {
  /** Names of its base layers or slices. */
  readonly layers: readonly string[];
  /** PEs of its copies. */
  readonly pes: number;
}

/** What is told of rounds and copies where weights take turns. */
export interface OptimizedTurns {
  /** Inferences that go through all rounds together. */
  readonly group: number;
  /** The rounds, in order. */
  readonly rounds: readonly OptimizedRound[];
  /** PEs that are written for a group when many follow; 0 with one round. */
  readonly writes: number;
  /** Writes of a PE per inference, on average. */
  readonly peWritesPerInference: number;
  /** Cycles of a group on its own. */
  readonly groupCycles: number;
  /** The same in ns. */
  readonly groupLatencyNs: number;
}

/** What is told of what was found. */
export function optimizedTurns(
  problem: TurnProblem,
  { candidate, group, groupCycles }: GroupCycles,
): OptimizedTurns {
  const { mvmIntervalNs } = problem.workload.architecture;
  return {
    ...turnsOfCandidate({ ...problem, group }, candidate),
    ...{ groupCycles, groupLatencyNs: groupCycles * mvmIntervalNs },
  };
}

/** What is told of rounds and copies, whatever they take. */
export function turnsOfCandidate(
  { slices, pes, group }: TurnProblem,
  { starts, copies }: TurnCandidate,
): Omit<OptimizedTurns, 'groupCycles' | 'groupLatencyNs'> {
  const rounds = starts.map((start, i) => {
    const own = slices.slice(start, starts[i + 1] ?? slices.length);
    return {
      layers: own.map(({ name }) => name),
      pes: own.reduce((sum, { pesPerCopy }, at) => sum + pesPerCopy * copies[start + at]!, 0),
    };
  });
  const writes = rounds.length === 1 ? 0 : rounds.reduce((sum, round) => sum + round.pes, 0);
  return { group, rounds, writes, peWritesPerInference: writes / pes / group };
}

/** What it is worth to the objective. */
export function turnFigures(
  { objective, workload }: TurnProblem,
  { groupCycles, intervalCycles: cycles, group }: GroupCycles,
): LatencyFigures | ThroughputFigures {
  const { mvmIntervalNs } = workload.architecture;
  if (objective === 'latency') return { cycles: groupCycles, latencyNs: groupCycles * mvmIntervalNs };
  const intervalCycles = cycles / group;
  return { intervalCycles, throughputPerSecond: 1e9 / (intervalCycles * mvmIntervalNs) };
}
