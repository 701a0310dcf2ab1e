import type { SetClock } from './set-clock.ts';
import type { LaneSet } from './set-reads.ts';
import type { TimelineLane } from './timeline.ts';

/** Sets that are looked at one by one only where a cycle falls between their finishes. */
const BLOCK_SETS = 1024;

/** Finishes of neighbouring sets of a lane. */
interface Block {
  readonly lane: number;
  /** The first of its sets, and the first behind them. */
  readonly first: number;
  readonly end: number;
  /** The earliest finish. */
  readonly least: number;
  /** The first of those that finish last, with its finish. */
  readonly last: number;
  readonly most: number;
}

/** Finds what was finished last until a cycle, however often it is asked: where weights take turns, for every writing. */
export class LastFinish {
  readonly #lanes: readonly TimelineLane[];
  readonly #clocks: readonly SetClock[];
  #blocks: readonly Block[] | undefined;

  /** @param clocks Times of the sets, by lane. */
  constructor(lanes: readonly TimelineLane[], clocks: readonly SetClock[]) {
    this.#lanes = lanes;
    this.#clocks = clocks;
  }

  /** The set that is finished last of all, the first one of several; undefined where there is none. */
  ofAll(): (LaneSet & { readonly until: number }) | undefined {
    const until = this.#lanes.reduce((most, { endCycle }) => Math.max(most, endCycle), 0);
    const lane = this.#lanes.findIndex(({ endCycle, sets }) => sets > 0 && endCycle === until);
    if (lane < 0) return undefined;
    return { lane, set: latestOf(this.#clocks[lane]!, 0, this.#lanes[lane]!.sets, until), until };
  }

  /** The set that is finished last until a cycle, the first one of several; undefined where none is. */
  until(cycle: number): (LaneSet & { readonly until: number }) | undefined {
    this.#blocks ??= this.#clocks.flatMap((clock, i) => blocksOf(clock, this.#lanes[i]!.sets, i));
    let found: { lane: number; set: number; until: number } | undefined;
    for (const { lane, first, end, least, last, most } of this.#blocks) {
      const best = found?.until ?? Number.NEGATIVE_INFINITY;
      if (most <= best || least > cycle) continue;
      if (most <= cycle) {
        found = { lane, set: last, until: most };
        continue;
      }
      const set = latestOf(this.#clocks[lane]!, first, end, cycle);
      const until = this.#clocks[lane]!.finish(set);
      if (until > best) found = { lane, set, until };
    }
    return found;
  }
}

function blocksOf(clock: SetClock, sets: number, lane: number): Block[] {
  return Array.from({ length: Math.ceil(sets / BLOCK_SETS) }, (_, i) => {
    const first = i * BLOCK_SETS;
    const end = Math.min(first + BLOCK_SETS, sets);
    const last = latestOf(clock, first, end, Number.POSITIVE_INFINITY);
    const most = clock.finish(last);
    let least = most;
    for (let set = first; set < end; set++) least = Math.min(least, clock.finish(set));
    return { lane, first, end, least, last, most };
  });
}

/** The first of the sets that finish last until a cycle; at least one does. */
function latestOf(clock: SetClock, first: number, end: number, cycle: number): number {
  let latest = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let set = first; set < end; set++) {
    const finish = clock.finish(set);
    if (finish > cycle || finish <= most) continue;
    latest = set;
    most = finish;
  }
  return latest;
}
