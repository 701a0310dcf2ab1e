import { setShape } from '../../workload/granularity.ts';
import { networkInterval } from '../least-interval.ts';
import { setPixels } from '../set-pixels.ts';
import type { TurnEngine } from './turn-engine.ts';
import type { TurnCandidate, TurnProblem } from './turn-problem.ts';

/** What some rounds and copies take, in cycles of a group. */
export interface TurnCycles {
  readonly candidate: TurnCandidate;
  /** Of a group on its own. */
  readonly groupCycles: number;
  /** From one group to the next in the long run. */
  readonly intervalCycles: number;
}

/** What rounds and copies take. One round for everything is never written again. */
export function turnCycles(problem: TurnProblem, engine: TurnEngine, candidate: TurnCandidate): TurnCycles {
  const { copies } = candidate;
  const { group, interval } =
    problem.reload === 'barrier' ? barrierCycles(engine, candidate) : engine.stream(copies, Infinity);
  const atOnce = candidate.starts.length === 1;
  const intervalCycles = atOnce ? networkInterval(pixelsOf(problem), copies) * problem.group : interval;
  return { candidate, groupCycles: group, intervalCycles };
}

function barrierCycles(engine: TurnEngine, { starts, copies }: TurnCandidate) {
  let [group, interval] = [0, 0];
  starts.forEach((start, i) => {
    const end = starts[i + 1] ?? copies.length;
    const own = copies.slice(start, end);
    const written = engine.roundCycles({ start, end, isWritten: true }, own);
    group += start > 0 ? written : engine.roundCycles({ start, end, isWritten: false }, own);
    interval += written;
  });
  return { group, interval };
}

/** Cycles of the sets of each slice. */
export function pixelsOf({ workload: { network, granularity }, slices }: TurnProblem): Float64Array[] {
  return slices.map(({ layer }) => {
    const { shape } = network.layers[layer]!;
    return setPixels(shape, setShape(granularity, shape));
  });
}
