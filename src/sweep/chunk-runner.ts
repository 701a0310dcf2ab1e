import type { PackedRows } from './packed-rows.ts';
import type { PointList } from './point-list.ts';
import type { Tabulated } from './tabulator.ts';

/** What came of a chunk of points. */
export interface FinishedRows {
  /** The {@link Row} of every point, in order. */
  readonly rows: PackedRows;
  /** What they come to in tables, where that was asked for and they ran without trouble. */
  readonly tabulated?: Tabulated | undefined;
  /** Time that it took where it ran. */
  readonly milliseconds: number;
}

/** Whoever runs points: worker threads here, a queue elsewhere. */
export interface ChunkRunner {
  /** Chunks that run at the same time; it may change. */
  readonly workers: number;
  /** How long a chunk shall take; see run.ts for what is taken where it is left out. */
  readonly chunkMs?: number;
  /** Runs points. One that fails has its error in its row; the promise rejects only where nothing can run any more. */
  run(points: PointList): Promise<FinishedRows>;
  /** Told once the rows of a chunk are in the journal: whoever keeps them may let them go. */
  written?(chunk: FinishedRows): void;
  /** Drops what is running and gives everything back. */
  close(): Promise<void>;
}
