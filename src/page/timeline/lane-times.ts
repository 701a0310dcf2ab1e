import { BusyBins } from '../../picture/busy.ts';
import type { Timeline, TimelineLane } from '../../picture/timeline.ts';

/** Lanes with more sets get finer bins. */
const FINE_BINS = 2 ** 14;

/** The times of the sets of a lane in the order in which they start, for searches by halves. */
export class LaneTimes {
  /** Starts in ascending order. */
  readonly starts: Float64Array;
  /** When the copy of each is free again. */
  readonly ends: Float64Array;
  /** Which set each is; absent where that is its place. */
  readonly order?: Int32Array;
  /** The latest of these up to each. */
  readonly #latest: Float64Array;

  constructor({ starts, ends }: NonNullable<TimelineLane['times']>) {
    this.starts = starts;
    this.ends = ends;
    if (!isAscending(starts)) {
      const order = Int32Array.from(starts.keys()).sort((a, b) => starts[a]! - starts[b]! || a - b);
      this.order = order;
      this.starts = Float64Array.from(order, (set) => starts[set]!);
      this.ends = Float64Array.from(order, (set) => ends[set]!);
    }
    this.#latest = isAscending(this.ends) ? this.ends : latestOf(this.ends);
  }

  /** The set at a place in the order. */
  setAt(place: number): number {
    return this.order?.[place] ?? place;
  }

  /** The places of all sets that may run between two times. */
  between(from: number, to: number): readonly [first: number, end: number] {
    return [firstAbove(this.#latest, from), firstAbove(this.starts, to)];
  }
}

/** How busy a lane was, in bins of so many cycles: as in the picture, and finer where it has many sets. */
export interface LaneBins {
  readonly binCycles: number;
  readonly busy: Float64Array;
}

/** Finer bins than those of the picture, where the sets of a lane are many. */
export function fineBins(lane: TimelineLane, { cycles, binCycles: coarse }: Timeline): LaneBins | undefined {
  const binCycles = Math.max(1, Math.ceil(cycles / FINE_BINS));
  if (lane.times === undefined || lane.sets < FINE_BINS || binCycles >= coarse) return undefined;
  const bins = new BusyBins(cycles, binCycles);
  const { starts, ends } = lane.times;
  for (let k = 0; k < starts.length; k++) bins.add(starts[k]!, ends[k]!, ends[k]! - starts[k]!);
  return { binCycles, busy: bins.cycles };
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

function latestOf(ends: Float64Array): Float64Array {
  const latest = new Float64Array(ends.length);
  let most = 0;
  for (let i = 0; i < ends.length; i++) {
    most = Math.max(most, ends[i]!);
    latest[i] = most;
  }
  return latest;
}

/** The place of the first value above another one. */
function firstAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
