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
  #blocks: readonly Block[] | undefined;

  /** @param lanes With the times of their sets. */
  constructor(lanes: readonly TimelineLane[]) {
    this.#lanes = lanes;
  }

  /** The set that is finished last until a cycle, the first one of several; undefined where none is. */
  until(cycle: number): (LaneSet & { readonly until: number }) | undefined {
    this.#blocks ??= this.#lanes.flatMap((lane, i) => blocksOf(lane, i));
    let found: { lane: number; set: number; until: number } | undefined;
    for (const { lane, first, end, least, last, most } of this.#blocks) {
      const best = found?.until ?? Number.NEGATIVE_INFINITY;
      if (most <= best || least > cycle) continue;
      if (most <= cycle) {
        found = { lane, set: last, until: most };
        continue;
      }
      const set = latestOf(this.#lanes[lane]!.times!.finishes, first, end, cycle);
      const until = this.#lanes[lane]!.times!.finishes[set]!;
      if (until > best) found = { lane, set, until };
    }
    return found;
  }
}

function blocksOf({ times }: TimelineLane, lane: number): Block[] {
  const { finishes } = times!;
  return Array.from({ length: Math.ceil(finishes.length / BLOCK_SETS) }, (_, i) => {
    const first = i * BLOCK_SETS;
    const end = Math.min(first + BLOCK_SETS, finishes.length);
    const last = latestOf(finishes, first, end, Number.POSITIVE_INFINITY);
    let least = finishes[last]!;
    for (let set = first; set < end; set++) least = Math.min(least, finishes[set]!);
    return { lane, first, end, least, last, most: finishes[last]! };
  });
}

/** The first of the sets that finish last until a cycle; at least one does. */
function latestOf(finishes: Float64Array, first: number, end: number, cycle: number): number {
  let latest = -1;
  for (let set = first; set < end; set++) {
    const finish = finishes[set]!;
    if (finish <= cycle && (latest < 0 || finish > finishes[latest]!)) latest = set;
  }
  return latest;
}
