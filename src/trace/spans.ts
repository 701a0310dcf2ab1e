/** What lies on a track, one after the other in the order of time, without overlap. */
export interface Spans {
  /** Of the span that {@link next} went to. */
  readonly start: number;
  /** Of the same; not before its start. */
  readonly end: number;
  /** Which one of the track's it is. */
  readonly index: number;
  /** Goes to the next one; false where there is none. */
  next(): boolean;
}

/** Gaps between spans by their size: how many spans there would be if short gaps were closed. */
export class GapCounts {
  /** Spans, and the tracks that have any. */
  spans = 0;
  tracks = 0;
  /** How many gaps are closed by each of {@link gapOf} and by none before it. */
  readonly #gaps = new Float64Array(LEVELS);

  /** Counts the spans of a track; false where it has none. */
  add(spans: Spans): boolean {
    if (!spans.next()) return false;
    this.tracks++;
    this.spans++;
    let { end } = spans;
    while (spans.next()) {
      this.spans++;
      this.#gaps[levelOf(spans.start - end)]! += 1;
      end = spans.end;
    }
    return true;
  }

  /** How many spans are left where gaps up to one of {@link gapOf} are closed; all of them for -1. */
  spansWith(gap: number): number {
    let left = this.spans;
    for (let level = 0; level < LEVELS && gapOf(level) <= gap; level++) left -= this.#gaps[level]!;
    return left;
  }

  /** The shortest gap to close so that this many spans are left at most, -1 for none; undefined where none is long enough. */
  gapFor(most: number): number | undefined {
    if (this.spans <= most) return -1;
    for (let level = 0; level < LEVELS; level++) {
      if (this.spansWith(gapOf(level)) <= most) return gapOf(level);
    }
    return undefined;
  }
}

/** No gap, gaps of 1 cycle at most, of 2, of 4, … of 2^53. */
const LEVELS = 55;

function gapOf(level: number): number {
  return level === 0 ? 0 : 2 ** (level - 1);
}

/** The first level that closes a gap. */
function levelOf(gap: number): number {
  if (gap === 0) return 0;
  const before = gap - 1;
  const high = Math.floor(before / 2 ** 32);
  return 1 + (high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(before >>> 0));
}

/** Spans with short gaps closed: stretches of one or more. */
export class Stretches {
  readonly #spans: Spans;
  readonly #gap: number;
  #hasNext: boolean;
  /** Of the stretch that {@link next} went to. */
  start = 0;
  end = 0;
  /** Index of its first span. */
  index = 0;
  /** How many spans it has. */
  count = 0;
  /** Cycles that its spans cover. */
  busyCycles = 0;

  /** @param gap Gaps up to this one are closed; -1 for none. */
  constructor(spans: Spans, gap: number) {
    this.#spans = spans;
    this.#gap = gap;
    this.#hasNext = spans.next();
  }

  /** Goes to the next one; false where there is none. */
  next(): boolean {
    if (!this.#hasNext) return false;
    const spans = this.#spans;
    this.start = spans.start;
    this.index = spans.index;
    this.count = 0;
    this.busyCycles = 0;
    do {
      this.end = spans.end;
      this.count++;
      this.busyCycles += spans.end - spans.start;
      this.#hasNext = spans.next();
    } while (this.#hasNext && spans.start - this.end <= this.#gap);
    return true;
  }
}
