import type { Timeline } from '../picture/timeline.ts';
import { timelinePlot } from './kinds/timeline.ts';

/** What plots are drawn of. */
export interface Drawing {
  readonly timeline: Timeline;
}

/** Where a plot is drawn, and how large. */
export interface PlotOptions {
  /** Makes the elements. */
  readonly document: Document;
}

/** The kinds of plots, by the name that users give. */
export const plotKinds = { timeline: timelinePlot } satisfies Record<
  string,
  (drawing: Drawing, options: PlotOptions) => Element
>;

/** The name of a kind of plot. */
export type PlotKind = keyof typeof plotKinds;
