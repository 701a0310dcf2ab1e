import type { Dependencies } from './dependencies.ts';
import { heads, newSetTimes, type SetTimes, tails } from './heads-and-tails.ts';
import { pesLeft, type Space } from './space.ts';

/** Vectors of copies: from how many to how many each base layer has. */
export interface Box {
  readonly least: number[];
  readonly most: number[];
}

/**
 * Proves that no vector of copies within a budget makes a schedule end before some cycle (docs/optimize.md).
 * Uses its arrays again and again, so that a proof allocates next to nothing.
 */
export class LatencyBound {
  /** Sets of all layers: what a proof goes through again and again. */
  readonly sets: number;
  readonly #waits: Dependencies;
  readonly #space: Space;
  readonly #heads: SetTimes;
  readonly #tails: SetTimes;
  readonly #starts: Float64Array;
  /** What {@link leastWith} has found out, by copies, for each base layer. */
  readonly #leastWith: readonly Map<number, number>[];
  /** True while heads and tails are those of the whole space. */
  #isOfWholeSpace = false;

  constructor(waits: Dependencies, space: Space) {
    this.sets = waits.reduce((sum, { pixels }) => sum + pixels.length, 0);
    this.#waits = waits;
    this.#space = space;
    this.#heads = newSetTimes(waits);
    this.#tails = newSetTimes(waits);
    this.#leastWith = space.most.map(() => new Map());
    this.#starts = new Float64Array(waits.reduce((most, { pixels }) => Math.max(most, pixels.length), 0));
  }

  /**
   * The greatest bound that is found, in cycles: no vector ends earlier.
   *
   * @param reached Cycles that some vector does reach; the bound is at most this.
   */
  below(reached: number): number {
    let bound = this.simple();
    let open = reached;
    // Everything up to bound - 1 is impossible; whether `open` is, nobody asks.
    while (bound < open) {
      const middle = bound + Math.floor((open - bound) / 2);
      if (this.isEmpty(this.wholeSpace(), middle)) bound = middle + 1;
      else open = middle;
    }
    return bound;
  }

  /** The makespan with the most copies of every layer, as if the budget were there for all of them at once. */
  simple(): number {
    this.#openWholeSpace();
    return this.#waits.reduce((latest, { pixels, resultDelay, base }, i) => {
      const starts = this.#heads[i]!;
      const laterEnd = (end: number, p: number, k: number) => Math.max(end, starts[k]! + p + resultDelay);
      return base < 0 ? latest : pixels.reduce(laterEnd, latest);
    }, 0);
  }

  /** Per base layer how long it takes at least from its last finish to the last of all, with any copies. */
  shortestTails(): number[] {
    this.#openWholeSpace();
    return this.#waits.flatMap(({ base, pixels, resultDelay }, i) => {
      const times = this.#tails[i]!;
      const shorter = (least: number, p: number, k: number) => Math.min(least, times[k]! - p - resultDelay);
      return base < 0 ? [] : [pixels.reduce(shorter, Infinity)];
    });
  }

  /** Per base layer how early its first set starts at least, with any copies. */
  shortestHeads(): number[] {
    this.#openWholeSpace();
    return this.#waits.flatMap(({ base }, i) =>
      base < 0 ? [] : [this.#heads[i]!.reduce((least, start) => Math.min(least, start), Infinity)],
    );
  }

  /** Cycles that no vector goes below that gives base layer `base` exactly `copies` copies; computed once for each of them. */
  leastWith(base: number, copies: number): number {
    const known = this.#leastWith[base]!;
    let least = known.get(copies);
    if (least === undefined) {
      this.#openWholeSpace();
      const index = this.#waits.findIndex((layer) => layer.base === base);
      least = this.#endWith(index, copies, Infinity);
      known.set(copies, least);
    }
    return least;
  }

  /** Heads and tails of all vectors. */
  #openWholeSpace(): void {
    if (this.#isOfWholeSpace) return;
    heads(this.#waits, this.#space.most, this.#heads);
    tails(this.#waits, this.#space.most, this.#tails);
    this.#isOfWholeSpace = true;
  }

  /** All vectors within the budget. */
  wholeSpace(): Box {
    const { most } = this.#space;
    return { least: most.map(() => 1), most: [...most] };
  }

  /** Shrinks a box to what may end at `cycles` or before; true where it is proven that nothing of it does. */
  isEmpty(box: Box, cycles: number): boolean {
    this.#isOfWholeSpace = false;
    for (;;) {
      heads(this.#waits, box.most, this.#heads);
      tails(this.#waits, box.most, this.#tails);
      if (!this.#raiseLeast(box, cycles)) return true;
      const left = pesLeft(this.#space, box.least);
      if (left.some((pes) => pes < 0)) return true;
      if (!lowerMost(box, this.#space, left)) return false;
    }
  }

  /** Raises the least copies to those with which each layer alone may keep to `cycles`; false where none do. */
  #raiseLeast(box: Box, cycles: number): boolean {
    return this.#waits.every((layer, i) => {
      const { base } = layer;
      if (base < 0) return true;
      const fits = (copies: number) => this.#endWith(i, copies, cycles) <= cycles;
      const least = layer.isUniform
        ? firstOfSorted(box.least[base]!, box.most[base]!, fits)
        : first(box.least[base]!, box.most[base]!, fits);
      if (least === undefined) return false;
      box.least[base] = least;
      return true;
    });
  }

  /** How early all may end with exactly `copies` copies of a layer, between its heads and tails; Infinity where that is after `limit`. */
  #endWith(index: number, copies: number, limit: number): number {
    const { pixels } = this.#waits[index]!;
    const head = this.#heads[index]!;
    const tail = this.#tails[index]!;
    const starts = this.#starts;
    let start = 0;
    let end = 0;
    for (let k = 0; k < pixels.length; k++) {
      if (head[k]! > start) start = head[k]!;
      const freed = k < copies ? 0 : starts[k - copies]! + pixels[k - copies]!;
      if (freed > start) start = freed;
      if (start + tail[k]! > end) {
        end = start + tail[k]!;
        if (end > limit) return Infinity;
      }
      starts[k] = start;
    }
    return end;
  }
}

/** Lowers the most copies of each layer to what the others leave; false where nothing changed. */
function lowerMost({ least, most }: Box, { pesPerCopy, crossbars }: Space, left: readonly number[]): boolean {
  let isChanged = false;
  for (let i = 0; i < most.length; i++) {
    const affordable = least[i]! + Math.floor(left[crossbars[i]!]! / pesPerCopy[i]!);
    if (affordable >= most[i]!) continue;
    most[i] = affordable;
    isChanged = true;
  }
  return isChanged;
}

/** The first number from `from` to `to` for which `holds`. */
function first(from: number, to: number, holds: (value: number) => boolean): number | undefined {
  for (let value = from; value <= to; value++) if (holds(value)) return value;
  return undefined;
}

/** As {@link first}, where it holds for all numbers behind one for which it does. */
function firstOfSorted(from: number, to: number, holds: (value: number) => boolean): number | undefined {
  if (holds(from)) return from;
  let tooFew = from;
  let step = 1;
  while (tooFew + step < to && !holds(tooFew + step)) {
    tooFew += step;
    step *= 2;
  }
  let enough = Math.min(tooFew + step, to);
  if (enough === to && !holds(to)) return undefined;
  while (enough - tooFew > 1) {
    const middle = tooFew + ((enough - tooFew) >> 1);
    if (holds(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
