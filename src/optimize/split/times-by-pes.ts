/**
 * Times of the sets of one layer for every number of PEs from 0 to some most. They never grow with the PEs; for few PEs
 * there may be none.
 */
export class TimesByPes {
  /** The times for p PEs begin at p times {@link sets}. */
  readonly times: Int32Array;
  /** Sets of the layer. */
  readonly sets: number;
  /** Per number of PEs the least for which the times are the same; -1 where there are none. */
  readonly same: Int32Array;

  constructor(pes: number, sets: number) {
    this.sets = sets;
    this.times = new Int32Array((pes + 1) * sets);
    this.same = new Int32Array(pes + 1).fill(-1);
  }

  /** True where there are times for so many PEs. */
  has(pes: number): boolean {
    return this.same[pes]! >= 0;
  }

  /** The times for so many PEs; no copy. */
  of(pes: number): Int32Array {
    return this.times.subarray(pes * this.sets, (pes + 1) * this.sets);
  }

  /** Lowers the times for `pes` PEs to those given, or takes them where there are none. */
  lower(pes: number, values: Int32Array): void {
    const { times, sets } = this;
    const at = pes * sets;
    if (!this.has(pes)) {
      times.set(values, at);
      this.same[pes] = pes;
      return;
    }
    for (let k = 0; k < sets; k++) if (values[k]! < times[at + k]!) times[at + k] = values[k]!;
  }

  /** PEs may be left over: lowers the times for `pes` PEs to those for one less, and looks whether they are the same. */
  lowerToFewer(pes: number): void {
    if (pes === 0 || !this.has(pes - 1)) return;
    const { times, sets } = this;
    const at = pes * sets;
    if (!this.has(pes)) times.copyWithin(at, at - sets, at);
    let isSame = true;
    for (let k = at; k < at + sets; k++) {
      const fewer = times[k - sets]!;
      if (fewer < times[k]!) times[k] = fewer;
      else if (fewer > times[k]!) isSame = false;
    }
    this.same[pes] = isSame ? this.same[pes - 1]! : pes;
  }
}
