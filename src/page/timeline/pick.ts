import { copyOf } from '../../picture/lane-copies.ts';
import type { LaneSet } from '../../picture/set-reads.ts';
import type { TimelineLane } from '../../picture/timeline.ts';
import { LANE_GAP, rowsOf } from './lane-layout.ts';
import type { LaneTimes } from './lane-times.ts';

/** A place in a lane. */
export interface LanePoint {
  readonly lane: number;
  /** In cycles. */
  readonly time: number;
  /** How far a set may be away, in cycles. */
  readonly reach: number;
  /** Below the top of the lane. */
  readonly y: number;
  /** Height of the lane. */
  readonly height: number;
}

/** The set at a place; the next one where there is none. */
export function setAt(lane: TimelineLane, times: LaneTimes, point: LanePoint): LaneSet | undefined {
  const rows = rowsOf(lane, point.height);
  const share = Math.min(0.999, Math.max(0, point.y / (point.height - LANE_GAP)));
  const row = Math.floor(share * rows);
  const [first, end] = times.between(point.time - point.reach, point.time + point.reach);
  const running: number[] = [];
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let place = first; place < end; place++) {
    const set = times.setAt(place);
    if (rows > 1 && copyOf(lane, set) !== row) continue;
    const before = times.starts[place]! - point.time;
    const after = point.time - times.ends[place]!;
    if (before <= 0 && after < 0) running.push(set);
    const away = Math.max(before, after);
    if (away < least) [nearest, least] = [set, away];
  }
  if (running.length > 0) return { lane: point.lane, set: running[Math.floor(share * running.length)]! };
  return nearest === -1 ? undefined : { lane: point.lane, set: nearest };
}
