import type { NetworkGraph } from '../picture/network-graph.ts';
import type { Timeline } from '../picture/timeline.ts';

/** What a report shows, as plain data: made where something was computed, packed into the page, drawn there. */
export interface Report {
  /** What was computed: model and architecture, say. */
  readonly title: string;
  /** How it was computed, on one line. */
  readonly subtitle: string;
  /** What made it. */
  readonly origin: Origin;
  /** The headline numbers. */
  readonly figures: FigureTable;
  /** What they mean, a sentence each. */
  readonly remarks: readonly string[];
  /** What ran when. */
  readonly timeline?: Timeline;
  /** The network. */
  readonly graph?: NetworkGraph;
}

/** What made a report, so that it can be made again. */
export interface Origin {
  /** Version of this package. */
  readonly version: string;
  /** The command, as a shell takes it. */
  readonly command?: string;
  /** The chip, with all that its file says, as JSON. */
  readonly chip?: string;
}

/** Numbers as text, with what they are compared with beside them. */
export interface FigureTable {
  /** Names of the columns: that of what is computed first, then what it is compared with. */
  readonly columns: readonly string[];
  /** The numbers, each with its name in front. */
  readonly rows: readonly (readonly string[])[];
}
