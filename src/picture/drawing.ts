import { type CopiesPicture, copiesOf } from './copies.ts';
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

/** The pictures that follow from a timeline. */
export function drawingOfTimeline(timeline: Timeline): Drawing {
  return { timeline, utilization: utilizationOf(timeline), copies: copiesOf(timeline) };
}
