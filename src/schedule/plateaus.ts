/** Plateaus that are kept: those of several policies that take turns, and some more. */
const KEPT = 8;
/** Credit for trying what nobody asked for: what a try costs, what is had for a computation that was saved, or might have been. */
const PRICE = 3;
const SAVED = 1;
const MISSED = 1 / 8;
const MOST_CREDIT = 24;
/** After so many equal makespans one after the other, there are likely more. */
const LONG = 8;
const LEAST_REACH = 2 ** -10;
const MOST_REACH = 1;

/** Copies of every layer, from the fewest to the most, that all have the same makespan. */
interface Plateau {
  readonly fewest: Float64Array;
  readonly most: Float64Array;
  /** λ of the chip. */
  readonly resultCycles: number;
  readonly cycles: number;
}

/** Computes the makespan of copies of every layer, in cycles. */
export type ComputeMakespan = (copies: Float64Array) => number;

/**
 * Makespans that need not be computed since they lie between two that are equal. More copies are never slower: with `d` copies set
 * `k` starts no earlier than set `k - 1`, which has waited for set `k - 1 - d`; and that is all that it would wait for of its layer
 * with `d + 1` (spec.md section 4), however large sets are. So all copies between two lists of copies with the same makespan have it, too.
 *
 * Budgets of PEs one after the other give such copies: most of what they add does not help the layer that all wait for. Where
 * two lists have the same makespan, those between and somewhat beyond them are tried, further each time that it works.
 */
export class Plateaus {
  /** Sets of every layer: no more copies than these are tried. */
  readonly #sets: readonly number[];
  /** Those that were asked for last are in front. */
  readonly #kept: Plateau[] = [];
  #credit = 2 * PRICE;
  /** So many makespans, one after the other, were those of the first plateau. */
  #streak = 0;
  /** So many more copies, for each that a layer has, are tried: layers of many copies are seldom those that all wait for. */
  #reach = LEAST_REACH;

  /** @param sets Sets of every base layer. */
  constructor(sets: readonly number[]) {
    this.#sets = sets;
  }

  /** The makespan of copies, none of them idle, in cycles; undefined where it has to be computed. */
  find(copies: Float64Array, resultCycles: number): number | undefined {
    for (let i = 0; i < this.#kept.length; i++) {
      const plateau = this.#kept[i]!;
      if (plateau.resultCycles !== resultCycles || !holds(plateau, copies)) continue;
      this.#moveToFront(i);
      this.#count(i);
      this.#earn(SAVED);
      return plateau.cycles;
    }
    return undefined;
  }

  /** Takes in a makespan that was computed since it was not found, and tries what it may be the same for. */
  add(copies: Float64Array, resultCycles: number, cycles: number, compute: ComputeMakespan): void {
    const near = this.#nearest(copies, resultCycles, cycles);
    if (near === undefined) {
      this.#begin({ fewest: copies.slice(), most: copies.slice(), resultCycles, cycles });
      return;
    }
    this.#moveToFront(near);
    this.#count(near);
    this.#earn(this.#streak < LONG ? MISSED : SAVED);
    if (this.#credit < PRICE) return;
    const wider = this.#widened(this.#kept[0]!, copies, compute);
    // Those between which it is not the same are not tried again.
    this.#kept[0] = wider ?? { fewest: copies.slice(), most: copies.slice(), resultCycles, cycles };
  }

  #begin(plateau: Plateau): void {
    this.#streak = 1;
    this.#kept.unshift(plateau);
    if (this.#kept.length > KEPT) this.#kept.pop();
  }

  #count(position: number): void {
    this.#streak = position === 0 ? this.#streak + 1 : 1;
  }

  #earn(credit: number): void {
    this.#credit = Math.min(MOST_CREDIT, this.#credit + credit);
  }

  #moveToFront(position: number): void {
    const [plateau] = this.#kept.splice(position, 1);
    this.#kept.unshift(plateau!);
  }

  /** Of those with this makespan, the one that most layers are within. */
  #nearest(copies: Float64Array, resultCycles: number, cycles: number): number | undefined {
    let nearest: number | undefined;
    let least = Infinity;
    this.#kept.forEach((plateau, i) => {
      if (plateau.cycles !== cycles || plateau.resultCycles !== resultCycles) return;
      const outside = layersOutside(plateau, copies);
      if (outside < least) [nearest, least] = [i, outside];
    });
    return nearest;
  }

  /** The plateau with copies of the same makespan in it, and somewhat more; undefined where not all between have that. */
  #widened(plateau: Plateau, copies: Float64Array, compute: ComputeMakespan): Plateau | undefined {
    const isLevel = (bound: Float64Array, known: Float64Array) =>
      areEqual(bound, known) || areEqual(bound, copies) || this.#try(bound, compute) === plateau.cycles;
    const fewest = plateau.fewest.map((count, i) => Math.min(count, copies[i]!));
    if (!isLevel(fewest, plateau.fewest)) return undefined;
    const most = plateau.most.map((count, i) => Math.max(count, copies[i]!));
    const ahead = most.map((count, i) => {
      const further = count > plateau.most[i]! ? 2 * count - plateau.fewest[i]! : count;
      return Math.min(this.#sets[i]!, Math.max(further, Math.floor(count * (1 + this.#reach))));
    });
    if (isLevel(ahead, plateau.most)) {
      this.#reach = Math.min(MOST_REACH, 2 * this.#reach);
      return { ...plateau, fewest, most: ahead };
    }
    this.#reach = Math.max(LEAST_REACH, this.#reach / 4);
    return isLevel(most, plateau.most) ? { ...plateau, fewest, most } : undefined;
  }

  /** The makespan of copies that nobody asked for. */
  #try(copies: Float64Array, compute: ComputeMakespan): number | undefined {
    this.#credit -= PRICE;
    try {
      return compute(copies);
    } catch {
      // More copies may take more memory than there is; whoever asks for them is told.
      return undefined;
    }
  }
}

function holds({ fewest, most }: Plateau, copies: Float64Array): boolean {
  for (let i = 0; i < copies.length; i++) {
    if (copies[i]! < fewest[i]! || copies[i]! > most[i]!) return false;
  }
  return true;
}

function layersOutside({ fewest, most }: Plateau, copies: Float64Array): number {
  let count = 0;
  for (let i = 0; i < copies.length; i++) if (copies[i]! < fewest[i]! || copies[i]! > most[i]!) count++;
  return count;
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  return a.every((count, i) => count === b[i]);
}
