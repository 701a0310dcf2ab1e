import type { TimelineLane } from '../../picture/timeline.ts';

/** Where lanes are, one below the other, in pixels of the page. */
export class LaneLayout {
  /** Top of every lane, and behind the last one the bottom. */
  readonly tops: Float64Array;

  /**
   * @param height Of a lane.
   * @param isOpen Lanes whose copies are shown, a row each.
   */
  constructor(lanes: readonly TimelineLane[], height: number, isOpen: ReadonlySet<number>) {
    const tops = new Float64Array(lanes.length + 1);
    lanes.forEach((lane, i) => {
      tops[i + 1] = tops[i]! + (isOpen.has(i) ? Math.max(height, openHeight(lane)) : height);
    });
    this.tops = tops;
  }

  /** Height of all lanes. */
  get height(): number {
    return this.tops.at(-1)!;
  }

  /** The lane at a height, within the first and the last one. */
  laneAt(y: number): number {
    let lane = 0;
    while (lane < this.tops.length - 2 && this.tops[lane + 1]! <= y) lane++;
    return lane;
  }
}

/** Height of the row of a copy in a lane that is open, and how many copies have one. */
const ROW_HEIGHT = 5;
const MOST_ROWS = 400;
/** Lower rows are not told apart. */
const LEAST_ROW = 2.5;

/** Space between lanes. */
export const LANE_GAP = 3;

function openHeight({ copies }: TimelineLane): number {
  return Math.min(copies, MOST_ROWS) * ROW_HEIGHT + LANE_GAP;
}

/** Rows that a lane of this height has: one for each of its copies, or one for all where they would be too low. */
export function rowsOf({ copies, isOnCopies }: TimelineLane, height: number): number {
  return isOnCopies && (height - LANE_GAP) / copies >= LEAST_ROW ? copies : 1;
}
