import type { Dependencies } from '../dependencies.ts';
import { heads, newSetTimes, type SetTimes, tails } from '../heads-and-tails.ts';
import { sliceDependencies } from './slice-dependencies.ts';
import { mostCopies, type TurnProblem } from './turn-problem.ts';
import { finishedByWork } from './work-before.ts';

/** Steps of the grid of times between which work is added up. */
const GRID = 64;
/** Times that releases are raised at most; each step is right by itself. */
const MOST_PASSES = 64;
/** Groups whose steps are looked at. */
const GROUPS = 6;

/** What no rounds and copies go below, in cycles (docs/optimize.md). */
export interface TurnBound {
  /** Of a group on its own. */
  readonly group: number;
  /** From one group to the next in the long run, where weights take turns. */
  readonly interval: number;
}

/** The bounds that hold for `rolling` and for `barrier`, whatever the rounds. */
export function turnBound(problem: TurnProblem, waits: Dependencies, bases: readonly number[]): TurnBound {
  const { slices, group, objective } = problem;
  const most = mostCopies(problem);
  const releases = writtenInOrder(problem);
  const own = sliceDependencies(waits, bases, [0, slices.length], group, releases);
  const [starts, ends] = [newSetTimes(own), newSetTimes(own)];
  const raised = raisedTo(problem, own, most, releases, starts, finishedByWork(problem, own));
  tails(raised.waits, most, ends);
  const path = longestPath(raised.waits, starts, ends);
  const chip = reserves(problem).reduce(
    (bound, reserve) => Math.max(bound, sharedChip(problem, raised.waits, starts, ends, path, reserve)),
    path,
  );
  const interval = longRun(problem);
  if (objective === 'latency') return { group: chip, interval };
  return {
    group: chip,
    interval: Math.max(interval, stepOfGroups(problem, own, most, starts, raised.finishes)),
  };
}

/**
 * Raises releases until nothing changes; `starts` are then the earliest ones of all sets.
 *
 * @param least Finishes of the slices that are known besides.
 * @param before Finishes of the slices in the group before, if there is one.
 */
function raisedTo(
  problem: TurnProblem,
  waits: Dependencies,
  most: readonly number[],
  releases: number[],
  starts: SetTimes,
  least: readonly number[],
  before: readonly number[] = [],
) {
  let finishes: number[] = [];
  for (let pass = 0; ; pass++) {
    const times = waits.map((layer) =>
      layer.base < 0 ? layer : { ...layer, release: releases[layer.base]! },
    );
    heads(times, most, starts);
    finishes = finishesOf(least, times, starts);
    if (pass === MOST_PASSES || !raiseReleases(problem, finishes, releases, before)) {
      return { waits: times, finishes };
    }
  }
}

/**
 * By how much the finishes of all slices grow at least from one group to the next: whatever a group leaves behind, the slices
 * of the next one are ready only when those before them leave the chip. The greatest step that all of them make is a bound of
 * the mean of all that follow (docs/optimize.md).
 */
function stepOfGroups(
  problem: TurnProblem,
  waits: Dependencies,
  most: readonly number[],
  starts: SetTimes,
  first: readonly number[],
): number {
  const none = problem.slices.map(() => 0);
  let step = 0;
  let before = first;
  for (let group = 0; group < GROUPS; group++) {
    const releases = [...none];
    raiseReleases(problem, none, releases, before);
    const { finishes } = raisedTo(problem, waits, most, releases, starts, none, before);
    step = Math.max(
      step,
      finishes.reduce((least, cycle, i) => Math.min(least, cycle - before[i]!), Infinity),
    );
    before = finishes;
  }
  return step;
}

/** Last finish of each slice, at least `least`. */
function finishesOf(least: readonly number[], waits: Dependencies, starts: SetTimes): number[] {
  const finishes = [...least];
  waits.forEach(({ base, pixels, resultDelay }, i) => {
    if (base < 0) return;
    pixels.forEach((cycles, k) => {
      finishes[base] = Math.max(finishes[base]!, starts[i]![k]! + cycles + resultDelay);
    });
  });
  return finishes;
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
 *
 * @param before Last finishes of the slices in the group before, if there is one.
 */
function raiseReleases(
  { slices, pes, writeCycles }: TurnProblem,
  finishes: readonly number[],
  releases: number[],
  before: readonly number[],
): boolean {
  /** Finishes and PEs of the slices in front of the one that is looked at, the last to finish first. */
  const running = before.map((finish, i) => ({ finish, pes: slices[i]!.pesPerCopy }));
  running.sort((a, b) => b.finish - a.finish);
  forgetBehind(running, pes);
  let isRaised = false;
  slices.forEach(({ pesPerCopy }, i) => {
    let left = pes - pesPerCopy;
    const blocking = running.find((slice) => {
      left -= slice.pes;
      return left < 0;
    });
    const ready = blocking === undefined ? 0 : blocking.finish + writeCycles;
    if (ready > releases[i]!) {
      releases[i] = ready;
      isRaised = true;
    }
    const finish = finishes[i]!;
    const place = running.findIndex((slice) => slice.finish <= finish);
    running.splice(place < 0 ? running.length : place, 0, { finish, pes: pesPerCopy });
    forgetBehind(running, pes);
  });
  return isRaised;
}

/** Drops what can block nobody any more, since those in front of it take all PEs. */
function forgetBehind(running: { readonly pes: number }[], pes: number): void {
  let taken = 0;
  const last = running.findIndex((slice) => {
    taken += slice.pes;
    return taken > pes;
  });
  if (last >= 0) running.length = last + 1;
}

/** From the start over any set to the end. */
function longestPath(waits: Dependencies, starts: SetTimes, ends: SetTimes): number {
  return waits.reduce((longest, { base }, i) => {
    if (base < 0) return longest;
    return starts[i]!.reduce((most, start, k) => Math.max(most, start + ends[i]![k]!), longest);
  }, 0);
}

/**
 * How many PEs that are left beside a large copy are of no use to smaller ones: from 0, where each copy counts as it is, up to
 * half of the chip.
 */
function reserves({ slices, pes }: TurnProblem): number[] {
  const large = slices.filter(({ pesPerCopy }) => 2 * pesPerCopy > pes);
  return [...new Set([0, ...large.map(({ pesPerCopy }) => pes - pesPerCopy)])];
}

/**
 * What a copy counts, such that copies that are on the chip together never count more than the chip: one that leaves no more
 * than the reserve counts all PEs, and those that are no larger than the reserve nothing.
 */
function counted(copyPes: number, pes: number, reserve: number): number {
  if (copyPes >= pes - reserve && reserve > 0) return pes;
  return copyPes <= reserve ? 0 : copyPes;
}

/**
 * Work that cannot begin before a time, nor end later than another one before the end, is done by all PEs of the chip
 * between the two; for all pairs of times on a grid.
 */
function sharedChip(
  problem: TurnProblem,
  waits: Dependencies,
  starts: SetTimes,
  ends: SetTimes,
  longest: number,
  reserve: number,
): number {
  const { slices, pes } = problem;
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
    const own = counted(slices[base]!.pesPerCopy, pes, reserve);
    pixels.forEach((cycles, k) => {
      add(starts[i]![k]!, ends[i]![k]! - cycles, own * cycles);
    });
    // The first copy is written before the first set starts; PE by PE, so that it counts only as it is.
    if (reserve === 0) add(0, ends[i]![0]!, written[base]! * problem.writeCycles);
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
export function longRun(problem: TurnProblem): number {
  const { slices, pes, parallel, writeCycles, group, workload } = problem;
  const drain = workload.architecture.resultCycles - 1;
  const needed = slices.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
  return reserves(problem).reduce(
    (bound, reserve) => {
      const taken = slices.reduce((sum, { pesPerCopy, mvms }) => {
        const running = counted(pesPerCopy, pes, reserve) * (mvms * group + drain);
        return sum + running + (reserve === 0 ? pesPerCopy * writeCycles : 0);
      }, 0);
      return Math.max(bound, taken / pes);
    },
    (needed / parallel) * writeCycles,
  );
}
