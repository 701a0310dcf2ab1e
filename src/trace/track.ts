import type { SliceText } from './event.ts';
import type { Spans, Stretches } from './spans.ts';

/** A line of bars. */
export interface Track {
  /** Name as JSON text. */
  readonly name: string;
  /** True where bars stay what they are, however many there are. */
  readonly isWhole: boolean;
  /** What lies on it, from the beginning. */
  spans(): Spans;
  /** What a bar says that is one span, or a stretch of several. */
  text(stretch: Stretches): SliceText;
}
