/** Bins of a timeline at most: more than a screen has pixels to tell apart in a lane. */
export const MAX_BINS = 1024;

/** Cycles of a bin such that a run has {@link MAX_BINS} at most. */
export function binCyclesOf(cycles: number): number {
  return Math.max(1, Math.ceil(cycles / MAX_BINS));
}

/** How busy something was, bin by bin. */
export class BusyBins {
  /** Per bin the cycles that were added to it. */
  readonly cycles: Float64Array;
  readonly #binCycles: number;

  constructor(cycles: number, binCycles: number) {
    this.cycles = new Float64Array(Math.max(1, Math.ceil(cycles / binCycles)));
    this.#binCycles = binCycles;
  }

  /** Adds `work` cycles that are spread evenly from `start` to `end`. */
  add(start: number, end: number, work: number): void {
    const width = this.#binCycles;
    let bin = Math.floor(start / width);
    if (end <= (bin + 1) * width || end <= start) {
      this.cycles[bin]! += work;
      return;
    }
    const share = work / (end - start);
    for (let from = start; from < end; bin++) {
      const to = Math.min(end, (bin + 1) * width);
      this.cycles[bin]! += (to - from) * share;
      from = to;
    }
  }
}
