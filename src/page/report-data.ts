import type { Drawing } from '../picture/drawing.ts';
import type { MeshOverTime } from '../picture/mesh-over-time.ts';
import type { NetworkGraph } from '../picture/network-graph.ts';
import type { Printout } from '../report/printout.ts';

/** What a report shows, as plain data: made where something was computed, packed into the page, drawn there. */
export interface Report {
  /** What was computed: model and architecture, say. */
  readonly title: string;
  /** How it was computed, on one line. */
  readonly subtitle: string;
  /** What made it. */
  readonly origin: Origin;
  /** The headline numbers: what the command prints of them. */
  readonly numbers: Printout;
  /** What they mean, a sentence each. */
  readonly remarks: readonly string[];
  /** What else the command prints, for below the pictures. */
  readonly details?: Printout;
  /** The pictures that there are. */
  readonly drawing: Drawing;
  /** The mesh of a simulation over time. */
  readonly meshOverTime?: MeshOverTime;
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
