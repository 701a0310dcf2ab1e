import type { Mapping } from '../map/mapping.ts';

/** Makespans that are kept, a power of 2. */
const SLOTS = 512;

/**
 * Makespans of mappings of one workload, by the copies that are not idle: the number of PEs and what crossbars hold change
 * nothing in them. The latest are kept, each in the slot that its copies say, with these, so that none is taken for another.
 */
export class Makespans {
  /** Sets of every base layer: more copies are idle. */
  readonly #sets: readonly number[];
  /** Per slot the copies of every layer, then the λ of the chip; 0, which no layer has, where it is free. */
  readonly #kept: Float64Array;
  readonly #cycles = new Float64Array(SLOTS);
  readonly #asked: Float64Array;

  /** @param sets Sets of every base layer. */
  constructor(sets: readonly number[]) {
    this.#sets = sets;
    this.#asked = new Float64Array(sets.length + 1);
    this.#kept = new Float64Array(SLOTS * this.#asked.length);
  }

  /**
   * The makespan of a mapping in cycles, of one inference and weights that stay.
   *
   * @param resultCycles λ of spec.md section 4.
   * @param compute Called where it is not kept.
   */
  of({ layers }: Pick<Mapping, 'layers'>, resultCycles: number, compute: () => number): number {
    const asked = this.#asked;
    const slot = this.#ask(layers, resultCycles) & (SLOTS - 1);
    const start = slot * asked.length;
    let at = 0;
    while (at < asked.length && this.#kept[start + at] === asked[at]) at++;
    if (at < asked.length) {
      const cycles = compute();
      this.#kept.set(asked, start);
      this.#cycles[slot] = cycles;
    }
    return this.#cycles[slot]!;
  }

  /** Notes what is asked for; returns a number that is the same for the same. */
  #ask(layers: Mapping['layers'], resultCycles: number): number {
    const asked = this.#asked;
    let mixed = resultCycles;
    asked[layers.length] = resultCycles;
    for (let i = 0; i < layers.length; i++) {
      const busy = Math.min(layers[i]!.copies, this.#sets[i]!);
      asked[i] = busy;
      mixed = Math.imul(mixed ^ busy, 0x9e3779b1);
      mixed ^= mixed >>> 15;
    }
    return mixed;
  }
}
