import type { Schedule } from '../schedule/schedule-result.ts';
import { LastFinish } from './last-finish.ts';
import { type LaneSet, readsBy } from './set-reads.ts';
import type { CriticalPath, Timeline, TimelineLane, TimelineReads } from './timeline.ts';

/** What a set of a schedule got last before it started. */
const CAUSES = ['nothing', 'copy', 'values', 'set before', 'write', 'layer before'] as const;
/** One of them. */
export type Cause = (typeof CAUSES)[number];

/** A step back: the set that was there before (-1: none), and until when it held the one behind it up. */
export interface Step extends LaneSet {
  /** What the set behind it waited for. */
  readonly cause: Cause;
  /** When that was there, in cycles. */
  readonly until: number;
}

/** Says of sets of a schedule what they got last before they started; undefined where they waited for nothing. */
export function causesOf(timeline: Timeline): (set: LaneSet) => Step | undefined {
  const walk = new BackwardWalk(timeline);
  return (set) => walk.before(set);
}

/**
 * The chain of sets that made a schedule as long as it is, found backwards from the last finish. A set that waited for its
 * copy, for a value or for the set before follows on that to the cycle. One whose copy was written follows on what was
 * finished last when the writing began: that freed the PEs (`barrier`), or did so at the latest (`rolling`).
 */
export function scheduleCriticalPath(
  timeline: Timeline,
  { scheduling }: Pick<Schedule, 'scheduling'>,
): CriticalPath {
  const walk = new BackwardWalk(timeline);
  return pathOf(scheduling === 'lbl' ? walk.layerByLayer() : walk.acrossLayers());
}

/** A set on the path, with what it waited for. */
interface PathSet extends LaneSet {
  readonly cause: Cause;
  readonly start: number;
  readonly end: number;
}

/** @param sets The last one first. */
function pathOf(sets: readonly PathSet[]): CriticalPath {
  const { length } = sets;
  const path = {
    causeNames: CAUSES,
    lanes: new Int32Array(length),
    sets: new Int32Array(length),
    causes: new Uint8Array(length),
    starts: new Float64Array(length),
    ends: new Float64Array(length),
  };
  sets.forEach(({ lane, set, cause, start, end }, i) => {
    const at = length - 1 - i;
    path.lanes[at] = lane;
    path.sets[at] = set;
    path.causes[at] = CAUSES.indexOf(cause);
    path.starts[at] = start;
    path.ends[at] = end;
  });
  return path;
}

class BackwardWalk {
  readonly #timeline: Timeline;
  readonly #into: readonly (readonly TimelineReads[])[];
  readonly #lastFinish: LastFinish;
  /** Per node without lanes: the latest set that a set of it depends on, where that was asked. */
  readonly #latest = new Map<string, (LaneSet & { finish: number }) | undefined>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#into = readsBy('to', timeline);
    this.#lastFinish = new LastFinish(timeline.lanes);
  }

  /** The path of a cross-layer schedule, the last set first. */
  acrossLayers(): PathSet[] {
    const path: PathSet[] = [];
    let at = this.#lastFinish.until(Number.POSITIVE_INFINITY);
    while (at !== undefined) {
      const { lane, set, until }: Step | (LaneSet & { until: number }) = at;
      const start = this.#lane(lane).times!.starts[set]!;
      const step = this.before({ lane, set });
      path.push({ lane, set, cause: step?.cause ?? 'nothing', start, end: until });
      at = step?.set === -1 ? undefined : step;
    }
    return path;
  }

  /** Layer by layer: the last set of every layer of every group. */
  layerByLayer(): PathSet[] {
    const path: PathSet[] = [];
    const { lanes } = this.#timeline;
    const { inferences = 0 } = lanes[0] ?? {};
    const groups = Math.max(1, inferences / Math.max(1, groupOf(lanes[0])));
    for (let group = 0; group < groups; group++) {
      lanes.forEach((each, lane) => {
        const { starts, finishes } = each.times!;
        const first = group * each.groupSets;
        const last = Math.min(first + each.groupSets, each.sets) - 1;
        const start = starts[first]!;
        const isWritten = start > (path.at(-1)?.end ?? 0);
        const cause = isWritten ? 'write' : path.length === 0 ? 'nothing' : 'layer before';
        path.push({ lane, set: last, cause, start, end: finishes[last]! });
      });
    }
    return path.reverse();
  }

  /** What a set got last before it started. */
  before({ lane, set }: LaneSet): Step | undefined {
    const { copies, groupSets, times, isOnCopies } = this.#lane(lane);
    const start = times!.starts[set]!;
    if (start === 0) return undefined;
    const inGroup = set % groupSets;
    if (isOnCopies && inGroup >= copies) {
      const before = set - copies;
      const free = times!.ends[before]!;
      if (free === start) return { lane, set: before, cause: 'copy', until: free };
    }
    const value = this.#latestValue(lane, set);
    if (value?.finish === start) return { ...value, cause: 'values', until: start };
    if (inGroup > 0 && times!.starts[set - 1] === start) {
      return { lane, set: set - 1, cause: 'set before', until: start };
    }
    return this.#beforeWriting(lane, set, start);
  }

  /** Where its copy was written until it started: what was finished when the writing began. */
  #beforeWriting(lane: number, set: number, start: number): Step | undefined {
    const { writes = [], groupSets, copies } = this.#lane(lane);
    const group = Math.floor(set / groupSets);
    const copy = (set % groupSets) % copies;
    const write = writes.find((each) => each.group === group && (each.copy ?? copy) === copy);
    if (write?.endCycle !== start) return undefined;
    const before = this.#lastFinish.until(write.startCycle);
    return before === undefined ? { lane, set: -1, cause: 'write', until: 0 } : { ...before, cause: 'write' };
  }

  /** Of what a set reads the set that is finished last. */
  #latestValue(lane: number, set: number): (LaneSet & { finish: number }) | undefined {
    const { node } = this.#lane(lane);
    const { setRows, setColumns } = this.#timeline.nodes[node]!;
    const own = set % (setRows * setColumns);
    return this.#latestOf(node, own, Math.floor(set / (setRows * setColumns)));
  }

  #latestOf(node: number, own: number, inference: number): (LaneSet & { finish: number }) | undefined {
    const { nodes } = this.#timeline;
    const { setColumns } = nodes[node]!;
    let latest: (LaneSet & { finish: number }) | undefined;
    for (const { from, rows, columns } of this.#into[node]!) {
      const { setColumns: across } = nodes[from]!;
      for (const row of rows[Math.floor(own / setColumns)]!) {
        for (const column of columns[own % setColumns]!) {
          const value = this.#finishOf(from, row * across + column, inference);
          if (value !== undefined && (latest === undefined || value.finish > latest.finish)) latest = value;
        }
      }
    }
    return latest;
  }

  /** When a set of a node is there, and because of which set of a lane. */
  #finishOf(node: number, own: number, inference: number): (LaneSet & { finish: number }) | undefined {
    const { lanes, setRows, setColumns } = this.#timeline.nodes[node]!;
    if (lanes.length === 0) {
      const key = `${node}:${inference}:${own}`;
      if (!this.#latest.has(key)) this.#latest.set(key, this.#latestOf(node, own, inference));
      return this.#latest.get(key);
    }
    const set = inference * setRows * setColumns + own;
    let latest: (LaneSet & { finish: number }) | undefined;
    for (const lane of lanes) {
      const finish = this.#lane(lane).times!.finishes[set]!;
      if (latest === undefined || finish > latest.finish) latest = { lane, set, finish };
    }
    return latest;
  }

  #lane(lane: number): TimelineLane {
    return this.#timeline.lanes[lane]!;
  }
}

/** Inferences of a group. */
function groupOf(lane: TimelineLane | undefined): number {
  return lane === undefined ? 1 : lane.groupSets / (lane.sets / lane.inferences);
}
