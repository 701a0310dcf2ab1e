import type { Schedule } from '../schedule/schedule-result.ts';
import { LastFinish } from './last-finish.ts';
import { clockOf, type SetClock } from './set-clock.ts';
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

/**
 * Says of sets of a schedule what they got last before they started; undefined where they waited for nothing.
 *
 * @param timeline With the times of its sets.
 */
export function causesOf(timeline: Timeline): (set: LaneSet) => Step | undefined {
  const walk = new BackwardWalk(
    timeline,
    timeline.lanes.map(({ times }) => clockOf(times!)),
  );
  return (set) => walk.before(set);
}

/**
 * The chain of sets that made a schedule as long as it is, found backwards from the last finish. A set that waited for its
 * copy, for a value or for the set before follows on that to the cycle. One whose copy was written follows on what was
 * finished last when the writing began: that freed the PEs (`barrier`), or did so at the latest (`rolling`).
 *
 * @param clocks By lane.
 */
export function scheduleCriticalPath(
  timeline: Timeline,
  clocks: readonly SetClock[],
  { scheduling }: Pick<Schedule, 'scheduling'>,
): CriticalPath {
  const walk = new BackwardWalk(timeline, clocks);
  return scheduling === 'lbl' ? walk.layerByLayer() : walk.acrossLayers();
}

/** The sets of a path, one after the other. */
class PathList {
  readonly #isJoined: boolean;
  readonly #lanes: number[] = [];
  readonly #sets: number[] = [];
  readonly #causes: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** @param isJoined Whether sets that are added backwards and followed on one another in a lane are one entry. */
  constructor(isJoined = false) {
    this.#isJoined = isJoined;
  }

  get lastEnd(): number {
    return this.#ends.at(-1) ?? 0;
  }

  add({ lane, set }: LaneSet, cause: Cause, start: number, end: number): void {
    if (this.#isJoined && this.#isNextIn(lane)) {
      for (const list of [this.#lanes, this.#sets, this.#causes, this.#starts]) list.pop();
    } else this.#ends.push(end);
    this.#lanes.push(lane);
    this.#sets.push(set);
    this.#causes.push(CAUSES.indexOf(cause));
    this.#starts.push(start);
  }

  /** True where what was added last waited for a set of the lane, which is the one before it on the path. */
  #isNextIn(lane: number): boolean {
    if (this.#lanes.at(-1) !== lane) return false;
    const cause = CAUSES[this.#causes.at(-1)!];
    return cause === 'copy' || cause === 'set before';
  }

  path(): CriticalPath {
    return {
      causeNames: CAUSES,
      lanes: Int32Array.from(this.#lanes),
      sets: Int32Array.from(this.#sets),
      causes: Uint8Array.from(this.#causes),
      starts: Float64Array.from(this.#starts),
      ends: Float64Array.from(this.#ends),
    };
  }

  /** The path where the last set was added first. */
  backwards(): CriticalPath {
    for (const list of [this.#lanes, this.#sets, this.#causes, this.#starts, this.#ends]) list.reverse();
    return this.path();
  }
}

class BackwardWalk {
  readonly #timeline: Timeline;
  readonly #clocks: readonly SetClock[];
  readonly #into: readonly (readonly TimelineReads[])[];
  readonly #lastFinish: LastFinish;
  /** Per node without lanes: the latest set that a set of it, by its number in the batch, depends on, where that was asked. */
  readonly #latest: readonly Map<number, (LaneSet & { finish: number }) | undefined>[];

  constructor(timeline: Timeline, clocks: readonly SetClock[]) {
    this.#timeline = timeline;
    this.#clocks = clocks;
    this.#into = readsBy('to', timeline);
    this.#lastFinish = new LastFinish(timeline.lanes, clocks);
    this.#latest = timeline.nodes.map(() => new Map());
  }

  /** The path of a cross-layer schedule. */
  acrossLayers(): CriticalPath {
    const areKept = this.#timeline.lanes.every(({ times }) => times !== undefined);
    const path = new PathList(!areKept);
    let at = this.#lastFinish.ofAll();
    while (at !== undefined) {
      const { lane, set, until }: Step | (LaneSet & { until: number }) = at;
      const step = this.before({ lane, set });
      path.add({ lane, set }, step?.cause ?? 'nothing', this.#clocks[lane]!.start(set), until);
      at = step?.set === -1 ? undefined : step;
    }
    return path.backwards();
  }

  /** Layer by layer: the last set of every layer of every group. */
  layerByLayer(): CriticalPath {
    const path = new PathList();
    const { lanes } = this.#timeline;
    const { inferences = 0 } = lanes[0] ?? {};
    const groups = Math.max(1, inferences / Math.max(1, groupOf(lanes[0])));
    for (let group = 0; group < groups; group++) {
      lanes.forEach((each, lane) => {
        const clock = this.#clocks[lane]!;
        const first = group * each.groupSets;
        const last = Math.min(first + each.groupSets, each.sets) - 1;
        const start = clock.start(first);
        const cause = start > path.lastEnd ? 'write' : path.lastEnd === 0 ? 'nothing' : 'layer before';
        path.add({ lane, set: last }, cause, start, clock.finish(last));
      });
    }
    return path.path();
  }

  /** What a set got last before it started. */
  before({ lane, set }: LaneSet): Step | undefined {
    const { copies, groupSets, isOnCopies } = this.#timeline.lanes[lane]!;
    const clock = this.#clocks[lane]!;
    const start = clock.start(set);
    if (start === 0) return undefined;
    const inGroup = set % groupSets;
    if (isOnCopies && inGroup >= copies) {
      const before = set - copies;
      const free = clock.end(before);
      if (free === start) return { lane, set: before, cause: 'copy', until: free };
    }
    const value = this.#latestValue(lane, set);
    if (value?.finish === start) return { ...value, cause: 'values', until: start };
    if (inGroup > 0 && clock.start(set - 1) === start) {
      return { lane, set: set - 1, cause: 'set before', until: start };
    }
    return this.#beforeWriting(lane, set, start);
  }

  /** Where its copy was written until it started: what was finished when the writing began. */
  #beforeWriting(lane: number, set: number, start: number): Step | undefined {
    const { writes = [], groupSets, copies } = this.#timeline.lanes[lane]!;
    const group = Math.floor(set / groupSets);
    const copy = (set % groupSets) % copies;
    const write = writes.find((each) => each.group === group && (each.copy ?? copy) === copy);
    if (write?.endCycle !== start) return undefined;
    const before = this.#lastFinish.until(write.startCycle);
    return before === undefined ? { lane, set: -1, cause: 'write', until: 0 } : { ...before, cause: 'write' };
  }

  /** Of what a set reads the set that is finished last. */
  #latestValue(lane: number, set: number): (LaneSet & { finish: number }) | undefined {
    const { node } = this.#timeline.lanes[lane]!;
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
      const latest = this.#latest[node]!;
      const key = inference * setRows * setColumns + own;
      if (!latest.has(key)) latest.set(key, this.#latestOf(node, own, inference));
      return latest.get(key);
    }
    const set = inference * setRows * setColumns + own;
    let latest: (LaneSet & { finish: number }) | undefined;
    for (const lane of lanes) {
      const finish = this.#clocks[lane]!.finish(set);
      if (latest === undefined || finish > latest.finish) latest = { lane, set, finish };
    }
    return latest;
  }
}

/** Inferences of a group. */
function groupOf(lane: TimelineLane | undefined): number {
  return lane === undefined ? 1 : lane.groupSets / (lane.sets / lane.inferences);
}
