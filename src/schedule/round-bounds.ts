import type { Writing } from '../architecture/writing.ts';
import type { EngineTurns } from '../engine/turns.ts';
import type { Turns } from '../map/rounds.ts';
import { setShape } from '../workload/granularity.ts';
import type { Workload } from '../workload/workload.ts';
import { setCount } from './sets.ts';

/** What rounds are chosen from: the slices, how they are written, and the inferences of a group. */
export interface RoundChoice {
  readonly workload: Workload;
  readonly turns: Turns;
  readonly writing: Writing;
  readonly group: number;
}

/** Cycles that no copies of a round go below, by the slice that it begins with and the one behind its last. */
export interface RoundBounds {
  /** Of a round by itself; Infinity where it does not fit. */
  ofRound(start: number, end: number): number;
  /** Of rounds from a slice to the last, however they are cut. */
  toTheEnd(start: number): number;
}

/**
 * Bounds of the `barrier` makespan of rounds for one group. Before the first copy of a round is written, nothing of it
 * runs. Then it takes
 *
 * - the least M for which copies that are done with their MVMs within M cycles fit the chip, `Σ c·ceil(B·t / M) <= P`;
 * - as long as it takes with the most copies that fit for each layer by itself, all of them there from the start.
 *
 * @param engine Is ready for these slices in `barrier`; all of them are forgotten after this.
 */
export function roundBounds(choice: RoundChoice, engine: EngineTurns): RoundBounds {
  const { slices, pes } = choice.turns;
  const { writeCycles, parallelWrites = pes } = choice.writing;
  const bounds: number[][] = [];
  for (let start = 0; start < slices.length; start++) {
    const firstWrite = start === 0 ? 0 : Math.ceil(slices[start]!.pesPerCopy / parallelWrites) * writeCycles;
    const compute = leastIntervals(choice, start);
    const paths = longestPaths(engine, start, compute.length);
    bounds.push(compute.map((cycles, i) => firstWrite + Math.max(cycles, paths[i]!)));
    engine.forgetSlice(start);
  }
  const toTheEnd = new Array<number>(slices.length + 1).fill(Infinity);
  toTheEnd[slices.length] = 0;
  for (let start = slices.length - 1; start >= 0; start--) {
    bounds[start]!.forEach((cycles, i) => {
      toTheEnd[start] = Math.min(toTheEnd[start]!, cycles + toTheEnd[start + 1 + i]!);
    });
  }
  return {
    ofRound: (start, end) => bounds[start]![end - start - 1] ?? Infinity,
    toTheEnd: (start) => toTheEnd[start]!,
  };
}

/** A slice as the least interval sees it. */
interface Demand {
  readonly pes: number;
  /** Sets of a group, all of `pixels` MVMs; where some are cut, MVMs. */
  readonly sets: number;
  readonly pixels: number;
}

/** Per end of a round from `start` on, as far as rounds fit, the least cycles for the MVMs of all its layers. */
function leastIntervals({ workload, turns, group }: RoundChoice, start: number): number[] {
  const { slices, pes } = turns;
  const drain = workload.architecture.resultCycles - 1;
  const demands: Demand[] = [];
  const least: number[] = [];
  let cycles = 1;
  let taken = 0;
  for (let i = start; i < slices.length; i++) {
    taken += slices[i]!.pesPerCopy;
    if (taken > pes) break;
    demands.push(demandOf(workload, slices[i]!, group));
    cycles = leastInterval(demands, pes, cycles);
    least.push(cycles + drain);
  }
  return least;
}

function demandOf(
  { network, granularity }: Workload,
  { layer, pesPerCopy, mvms }: Turns['slices'][number],
  group: number,
): Demand {
  const { shape } = network.layers[layer]!;
  const set = setShape(granularity, shape);
  const isUniform = shape.height % set.height === 0 && shape.width % set.width === 0;
  if (!isUniform) return { pes: pesPerCopy, sets: mvms * group, pixels: 1 };
  return { pes: pesPerCopy, sets: setCount(shape, set) * group, pixels: set.height * set.width };
}

/** The least cycles, from `atLeast` on, within which copies that fit are done. */
function leastInterval(demands: readonly Demand[], pes: number, atLeast: number): number {
  if (fitsWithin(demands, pes, atLeast)) return atLeast;
  let tooFew = atLeast;
  let enough = demands.reduce((most, { sets, pixels }) => Math.max(most, sets * pixels), 0);
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (fitsWithin(demands, pes, middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

function fitsWithin(demands: readonly Demand[], pes: number, cycles: number): boolean {
  let taken = 0;
  for (const demand of demands) {
    const setsOfCopy = Math.floor(cycles / demand.pixels);
    // No copy is done with a set in less than its MVMs: it would take infinitely many.
    taken += demand.pes * Math.ceil(demand.sets / setsOfCopy);
    if (taken > pes) return false;
  }
  return true;
}

/** Per end of a round from `start` on, what its dependencies alone take; slices before `start` are forgotten. */
function longestPaths(engine: EngineTurns, start: number, count: number): number[] {
  for (let i = start; i < start + count; i++) engine.setCopies(i, Number.MAX_SAFE_INTEGER);
  engine.roundCycles(start, start + count, false);
  let longest = 0;
  return Array.from({ length: count }, (_, i) => {
    longest = Math.max(longest, engine.endCycle(start + i));
    return longest;
  });
}
