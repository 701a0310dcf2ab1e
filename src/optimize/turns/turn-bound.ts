import type { Dependencies } from '../dependencies.ts';
import { heads, newSetTimes, type SetTimes, tails } from '../heads-and-tails.ts';
import { sliceDependencies } from './slice-dependencies.ts';
import { mostCopies, type TurnProblem } from './turn-problem.ts';

/** Steps of the grid of times between which work is added up. */
const GRID = 64;
/** Times that releases are raised at most; each step is right by itself. */
const MOST_PASSES = 64;

/** What no rounds and copies go below, in cycles (docs/optimize.md). */
export interface TurnBound {
  /** Of a group on its own. */
  readonly group: number;
  /** From one group to the next in the long run, where weights take turns. */
  readonly interval: number;
}

/** The bounds that hold for `rolling` and for `barrier`, whatever the rounds. */
export function turnBound(problem: TurnProblem, waits: Dependencies, bases: readonly number[]): TurnBound {
  const { slices, group } = problem;
  const releases = slices.map(() => 0);
  writtenInOrder(problem).forEach((cycle, i) => {
    releases[i] = cycle;
  });
  const most = mostCopies(problem);
  const own = sliceDependencies(waits, bases, [0, slices.length], group, releases);
  const [starts, ends] = [newSetTimes(own), newSetTimes(own)];
  let times = own;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    heads(times, most, starts);
    if (!raiseReleases(problem, times, starts, releases)) break;
    times = own.map((layer) => (layer.base < 0 ? layer : { ...layer, release: releases[layer.base]! }));
  }
  tails(times, most, ends);
  return {
    group: Math.max(longestPath(times, starts, ends), sharedChip(problem, times, starts, ends)),
    interval: longRun(problem),
  };
}

/** When the first copy of each slice is written at the earliest, if one of each in front of it is and P are at the start. */
function writtenInOrder({ slices, pes, parallel, writeCycles }: TurnProblem): number[] {
  let needed = 0;
  return slices.map(({ pesPerCopy }) => {
    needed += pesPerCopy;
    return Math.ceil(Math.max(0, needed - pes) / parallel) * writeCycles;
  });
}

/**
 * Raises when each slice is ready: its first copy is there only when all slices in front of it that are not finished leave it
 * enough PEs, since each of them has a copy on the chip until its last set is finished. True where something was raised.
 */
function raiseReleases(
  { slices, pes, writeCycles }: TurnProblem,
  waits: Dependencies,
  starts: SetTimes,
  releases: number[],
): boolean {
  const finishes = slices.map(() => 0);
  waits.forEach(({ base, pixels, resultDelay }, i) => {
    if (base < 0) return;
    pixels.forEach((cycles, k) => {
      finishes[base] = Math.max(finishes[base]!, starts[i]![k]! + cycles + resultDelay);
    });
  });
  /** Slices in front of the one that is looked at, the last to finish first. */
  const running: number[] = [];
  let isRaised = false;
  slices.forEach(({ pesPerCopy }, i) => {
    let left = pes - pesPerCopy;
    const blocking = running.find((slice) => {
      left -= slices[slice]!.pesPerCopy;
      return left < 0;
    });
    const ready = blocking === undefined ? 0 : finishes[blocking]! + writeCycles;
    if (ready > releases[i]!) {
      releases[i] = ready;
      isRaised = true;
    }
    const place = running.findIndex((slice) => finishes[slice]! <= finishes[i]!);
    running.splice(place < 0 ? running.length : place, 0, i);
  });
  return isRaised;
}

/** From the start over any set to the end. */
function longestPath(waits: Dependencies, starts: SetTimes, ends: SetTimes): number {
  return waits.reduce((longest, { base }, i) => {
    if (base < 0) return longest;
    return starts[i]!.reduce((most, start, k) => Math.max(most, start + ends[i]![k]!), longest);
  }, 0);
}

/**
 * Work that cannot begin before a time, nor end later than another one before the end, is done by all PEs of the chip
 * between the two; for all pairs of times on a grid.
 */
function sharedChip(problem: TurnProblem, waits: Dependencies, starts: SetTimes, ends: SetTimes): number {
  const { slices, pes } = problem;
  const longest = longestPath(waits, starts, ends);
  const step = Math.max(1, Math.ceil(longest / GRID));
  const size = GRID + 1;
  /** PE cycles by the last times of the grid that the work keeps to: from the start, and to the end. */
  const work = new Float64Array(size * size);
  const add = (from: number, to: number, peCycles: number) => {
    const [row, column] = [Math.min(GRID, Math.floor(from / step)), Math.min(GRID, Math.floor(to / step))];
    work[row * size + column]! += peCycles;
  };
  const written = writtenLate(problem);
  waits.forEach(({ base, pixels }, i) => {
    if (base < 0) return;
    const { pesPerCopy } = slices[base]!;
    pixels.forEach((cycles, k) => {
      add(starts[i]![k]!, ends[i]![k]! - cycles, pesPerCopy * cycles);
    });
    // The first copy is written before the first set starts.
    add(0, ends[i]![0]!, written[base]! * problem.writeCycles);
  });
  let bound = 0;
  for (let row = GRID; row >= 0; row--) {
    for (let column = GRID; column >= 0; column--) {
      const at = row * size + column;
      const below = row < GRID ? work[at + size]! : 0;
      const right = column < GRID ? work[at + 1]! : 0;
      const both = row < GRID && column < GRID ? work[at + size + 1]! : 0;
      work[at]! += below + right - both;
      if (work[at]! > 0) bound = Math.max(bound, (row + column) * step + Math.ceil(work[at]! / pes));
    }
  }
  return bound;
}

/** PEs of the first copy of each slice that cannot be among the first P, which are written before the start. */
function writtenLate({ slices, pes }: TurnProblem): number[] {
  let needed = 0;
  return slices.map(({ pesPerCopy }) => {
    needed += pesPerCopy;
    return Math.min(pesPerCopy, Math.max(0, needed - pes));
  });
}

/**
 * Of a stream of groups: every group writes a copy of each slice at least, and its PEs are taken from when that begins until
 * the last result is out.
 */
export function longRun({ slices, pes, parallel, writeCycles, group, workload }: TurnProblem): number {
  const { resultCycles } = workload.architecture;
  const needed = slices.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
  const taken = slices.reduce(
    (sum, { pesPerCopy, mvms }) => sum + pesPerCopy * (writeCycles + mvms * group + resultCycles - 1),
    0,
  );
  return Math.max(taken / pes, (needed / parallel) * writeCycles);
}
