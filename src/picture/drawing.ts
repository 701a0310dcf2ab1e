import type { DetailedSchedule } from '../schedule/schedule-result.ts';
import type { Workload } from '../workload/workload.ts';
import { type CopiesPicture, copiesOf } from './copies.ts';
import { timelineOfSchedule } from './schedule-timeline.ts';
import type { Timeline } from './timeline.ts';
import { type Utilization, utilizationOf } from './utilization.ts';

/** All pictures that there are of results. */
export interface Pictures {
  /** What ran when. */
  readonly timeline: Timeline;
  /** How much of the time PEs run MVMs. */
  readonly utilization: Utilization;
  /** What layers take of the chip. */
  readonly copies: CopiesPicture;
}

/** The pictures that there are of one result. */
export type Drawing = Partial<Pictures>;

/**
 * The pictures of a schedule.
 *
 * @param workload What was scheduled.
 * @param schedule With its sets (`keepSets`).
 */
export function drawingOfSchedule(workload: Workload, schedule: DetailedSchedule): Drawing {
  return drawingOfTimeline(timelineOfSchedule(workload, schedule));
}

/** The pictures that follow from a timeline. */
export function drawingOfTimeline(timeline: Timeline): Drawing {
  return { timeline, utilization: utilizationOf(timeline), copies: copiesOf(timeline) };
}
