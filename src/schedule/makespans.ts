import type { Mapping } from '../map/mapping.ts';
import { type ComputeMakespan, Plateaus } from './plateaus.ts';

/** Makespans that are kept, a power of 2. */
const SLOTS = 512;

/**
 * Makespans of mappings of one workload, by the copies that are not idle: the number of PEs and what crossbars hold change
 * nothing in them. The latest are kept, each in the slot that its copies say, with these, so that none is taken for another;
 * and those between equal ones are known ({@link Plateaus}).
 */
export class Makespans {
  /** Of every base layer how many sets it has: more copies are idle. */
  readonly #sets: readonly number[];
  /** Per slot the copies of every layer; 0, which no layer has, where it is free. */
  readonly #kept: Float64Array;
  /** Per slot λ of the chip. */
  readonly #resultCycles = new Float64Array(SLOTS);
  readonly #cycles = new Float64Array(SLOTS);
  readonly #asked: Float64Array;
  readonly #plateaus: Plateaus;

  /** @param sets Sets of every base layer. */
  constructor(sets: readonly number[]) {
    this.#sets = sets;
    this.#asked = new Float64Array(sets.length);
    this.#kept = new Float64Array(SLOTS * sets.length);
    this.#plateaus = new Plateaus(sets);
  }

  /**
   * The makespan of a mapping in cycles, of one inference and weights that stay.
   *
   * @param resultCycles λ of spec.md section 4.
   * @param compute Called where it is not known, and to know others that may be asked for.
   */
  of({ layers }: Pick<Mapping, 'layers'>, resultCycles: number, compute: ComputeMakespan): number {
    const slot = this.#ask(layers, resultCycles) & (SLOTS - 1);
    const asked = this.#asked;
    const known = this.#plateaus.find(asked, resultCycles);
    if (known !== undefined) return known;
    if (this.#isKept(slot, resultCycles)) return this.#cycles[slot]!;
    const cycles = compute(asked);
    this.#kept.set(asked, slot * asked.length);
    this.#resultCycles[slot] = resultCycles;
    this.#cycles[slot] = cycles;
    this.#plateaus.add(asked, resultCycles, cycles, compute);
    return cycles;
  }

  #isKept(slot: number, resultCycles: number): boolean {
    if (this.#resultCycles[slot] !== resultCycles) return false;
    const start = slot * this.#asked.length;
    return this.#asked.every((copies, i) => this.#kept[start + i] === copies);
  }

  /** Notes what is asked for; returns a number that is the same for the same. */
  #ask(layers: Mapping['layers'], resultCycles: number): number {
    const asked = this.#asked;
    let mixed = resultCycles;
    for (let i = 0; i < layers.length; i++) {
      const busy = Math.min(layers[i]!.copies, this.#sets[i]!);
      asked[i] = busy;
      mixed = Math.imul(mixed ^ busy, 0x9e3779b1);
      mixed ^= mixed >>> 15;
    }
    return mixed;
  }
}
