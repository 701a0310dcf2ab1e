import type { WaitCause } from '../simulate/index.ts';
import { copyOf } from './lane-copies.ts';
import { type LaneSet, SetReads } from './set-reads.ts';
import type { Timeline } from './timeline.ts';

/** What a set of a simulation waited for last; set -1 where that is not known. */
export interface SimulationWait extends LaneSet {
  /** What it got last: on the critical path as it was. Elsewhere `way` is one of the ways of a value, or room in a buffer. */
  readonly cause: WaitCause | 'way';
  /** When that set had done its part, in clock cycles. */
  readonly until: number;
}

/**
 * Says of sets of a simulation what they waited for; undefined where that was nothing. Of sets of the critical path the
 * simulation has told it. Of others it follows from the times where one ends in the cycle in which the other starts, or what was
 * fetched or written is there in it; where none does, a value was on its way, or a buffer was full.
 *
 * @param timeline With the times of its sets.
 */
export function simulationWaitsOf(timeline: Timeline): (set: LaneSet) => SimulationWait | undefined {
  const reads = new SetReads(timeline);
  let path: ReadonlyMap<number, SimulationWait> | undefined;
  return (set) => {
    path ??= waitsOnPath(timeline);
    return path.get(keyOf(set)) ?? waitByTimes(timeline, reads, set);
  };
}

/** By set, for all sets of the critical path that others are before. */
function waitsOnPath({ critical }: Timeline): ReadonlyMap<number, SimulationWait> {
  const found = new Map<number, SimulationWait>();
  if (critical === undefined) return found;
  const { lanes, sets, causes, causeNames, ends } = critical;
  for (let i = 1; i < lanes.length; i++) {
    const before = { lane: lanes[i - 1]!, set: sets[i - 1]!, until: ends[i - 1]! };
    found.set(keyOf({ lane: lanes[i]!, set: sets[i]! }), {
      ...before,
      cause: causeNames[causes[i]!] as WaitCause,
    });
  }
  return found;
}

/** A set as one number: there are no 2^32 sets in a lane whose times are kept. */
function keyOf({ lane, set }: LaneSet): number {
  return lane * 2 ** 32 + set;
}

function waitByTimes(
  { lanes }: Timeline,
  reads: SetReads,
  { lane, set }: LaneSet,
): SimulationWait | undefined {
  const { times, copies, groupSets, writes = [] } = lanes[lane]!;
  const start = times!.starts[set]!;
  if (start === 0) return undefined;
  if (set % groupSets >= copies && times!.ends[set - copies] === start) {
    return { lane, set: set - copies, cause: 'copy', until: start };
  }
  const copy = copyOf(lanes[lane]!, set);
  const group = Math.floor(set / groupSets);
  if (writes.some((write) => write.endCycle === start && write.group === group && write.copy === copy))
    return { lane, set: -1, cause: 'write', until: start };
  const value = latestOf(lanes, reads.readBy({ lane, set }));
  if (times!.fetchEnds?.[set] === start && value !== undefined) return { ...value, cause: 'fetch' };
  if (value?.until === start) return { ...value, cause: 'values' };
  if (set > 0 && times!.starts[set - 1] === start)
    return { lane, set: set - 1, cause: 'set before', until: start };
  return value === undefined ? undefined : { ...value, cause: 'way' };
}

/** The set that is finished last. */
function latestOf(
  lanes: Timeline['lanes'],
  sets: readonly LaneSet[],
): (LaneSet & { until: number }) | undefined {
  let latest: (LaneSet & { until: number }) | undefined;
  for (const { lane, set } of sets) {
    const until = lanes[lane]!.times!.finishes[set]!;
    if (latest === undefined || until > latest.until) latest = { lane, set, until };
  }
  return latest;
}
