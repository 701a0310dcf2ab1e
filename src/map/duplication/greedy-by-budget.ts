import { greedyFrom, inOrderOfGreedy } from './greedy.ts';
import type { Heap } from './heap.ts';
import type { CopiesByBudget, DuplicableLayer } from './policy.ts';

/** Copies whose order is kept at most, and those by which it grows for one budget. */
const MOST_STEPS = 2 ** 17;
const STEPS_AT_ONCE = 1024;
/** Copies that are looked at, one by one, for the PEs that the next copy is too large for. */
const LOOKED_AT = 256;

/**
 * `greedy` for budget after budget, each as fast as the step from the one before.
 *
 * Who has the most MVMs per copy does not depend on the PEs that are left, so that all budgets go through one order of
 * copies, and each takes of it what still fits: all up to the first copy that does not, which is found in sums of PEs,
 * and some of the next ones.
 */
export function greedyByBudget(layers: readonly DuplicableLayer[]): CopiesByBudget {
  const order = new Order(layers);
  const cursor = new Cursor(order, layers.length);
  return (extraPes) => {
    order.growTo(extraPes);
    const length = order.within(extraPes);
    const copies = cursor.copiesAfter(length);
    let left = extraPes - order.pesOf(length);
    const end = Math.min(order.length, length + LOOKED_AT);
    for (let i = length; i < end && left > 0; i++) {
      const layer = order.layerAt(i);
      const { pesPerCopy } = layers[layer]!;
      if (pesPerCopy > left) continue;
      left -= pesPerCopy;
      copies[layer]! += 1;
    }
    // Whatever was taken so far was in order, so that greedy goes on from here.
    if (left > 0) greedyFrom(layers, copies, left);
    return copies;
  };
}

/** The layers that get a copy, one after the other, as if PEs had no end. */
class Order {
  readonly #layers: readonly DuplicableLayer[];
  readonly #next: Heap;
  readonly #copies: number[];
  #length = 0;
  #steps = new Int32Array(STEPS_AT_ONCE);
  /** PEs of the first so many steps. */
  #pes = new Float64Array(STEPS_AT_ONCE + 1);

  constructor(layers: readonly DuplicableLayer[]) {
    this.#layers = layers;
    this.#copies = layers.map(() => 1);
    this.#next = inOrderOfGreedy(
      layers,
      this.#copies,
      layers.flatMap(({ mvms }, i) => (mvms > 1 ? [i] : [])),
    );
  }

  get length(): number {
    return this.#length;
  }

  layerAt(step: number): number {
    return this.#steps[step]!;
  }

  /** PEs of so many steps. */
  pesOf(length: number): number {
    return this.#pes[length]!;
  }

  /** Goes on until a budget is used up, and a little further, but not much at once. */
  growTo(extraPes: number): void {
    const most = Math.min(MOST_STEPS, this.#length + STEPS_AT_ONCE);
    while (this.#length < most && this.#pes[Math.max(0, this.#length - LOOKED_AT)]! <= extraPes) {
      const layer = this.#next.first;
      if (layer === undefined) return;
      this.#add(layer);
      this.#copies[layer]! += 1;
      if (this.#copies[layer]! < this.#layers[layer]!.mvms) this.#next.reorderFirst();
      else this.#next.removeFirst();
    }
  }

  #add(layer: number): void {
    if (this.#length === this.#steps.length) {
      const [steps, pes] = [this.#steps, this.#pes];
      this.#steps = new Int32Array(2 * this.#length);
      this.#pes = new Float64Array(2 * this.#length + 1);
      this.#steps.set(steps);
      this.#pes.set(pes);
    }
    this.#steps[this.#length] = layer;
    this.#pes[this.#length + 1] = this.#pes[this.#length]! + this.#layers[layer]!.pesPerCopy;
    this.#length++;
  }

  /** The most steps that a budget is enough for. */
  within(extraPes: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pes[middle]! <= extraPes) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The copies after so many steps, from those after some others. */
class Cursor {
  readonly #order: Order;
  readonly #copies: number[];
  #at = 0;

  constructor(order: Order, layers: number) {
    this.#order = order;
    this.#copies = new Array<number>(layers).fill(1);
  }

  /** A copy of its own for whoever asks. */
  copiesAfter(steps: number): number[] {
    for (; this.#at < steps; this.#at++) this.#copies[this.#order.layerAt(this.#at)]! += 1;
    for (; this.#at > steps; this.#at--) this.#copies[this.#order.layerAt(this.#at - 1)]! -= 1;
    return this.#copies.slice();
  }
}
