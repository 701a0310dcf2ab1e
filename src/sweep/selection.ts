import type { Condition } from './condition.ts';
import { digitsOf, type Grid, valuesAt } from './grid.ts';

/** One of so many equal parts of a sweep; `number` counts from 1. */
export interface Shard {
  /** Which of the parts, from 1 on. */
  readonly number: number;
  /** Number of parts. */
  readonly of: number;
}

/**
 * The points of a grid that are to be run: those for which the condition holds, and of these every `of`-th.
 * The condition is asked once for every combination of the axes that it names, one bit each, so that a large
 * grid with a simple condition is counted at once.
 */
export class Selection {
  /** Points for which the condition holds, in all shards. */
  readonly total: number;
  /** Points of this shard. */
  readonly count: number;
  readonly #grid: Grid;
  readonly #shard: Shard;
  /** Axes that the condition names, and for every combination of them whether it holds. */
  readonly #axes: readonly number[];
  readonly #kept: Uint8Array | undefined;

  /** @throws ClsaCimError where the condition cannot be evaluated. */
  constructor(grid: Grid, condition?: Condition, shard: Shard = { number: 1, of: 1 }) {
    this.#grid = grid;
    this.#shard = shard;
    this.#axes = grid.axes.flatMap(({ names }, i) =>
      condition?.names.some((name) => names.includes(name)) ? [i] : [],
    );
    this.total = grid.size;
    if (condition !== undefined) {
      const { kept, share } = evaluate(grid, this.#axes, condition);
      this.#kept = kept;
      this.total = share;
    }
    this.count = Math.max(0, Math.ceil((this.total - shard.number + 1) / shard.of));
  }

  /** The numbers of the points of this shard in the grid, rising. */
  *indices(): Generator<number> {
    const { size, axes } = this.#grid;
    const { number, of } = this.#shard;
    const digits = new Int32Array(axes.length);
    let ordinal = 0;
    for (let index = 0; index < size; index++) {
      if (this.#kept !== undefined) {
        digitsOf(this.#grid, index, digits);
        if (!this.#holds(digits, this.#kept)) continue;
      }
      if (ordinal++ % of === number - 1) yield index;
    }
  }

  #holds(digits: Int32Array, kept: Uint8Array): boolean {
    let bit = 0;
    for (const axis of this.#axes) bit = bit * this.#grid.axes[axis]!.rows.length + digits[axis]!;
    return ((kept[bit >>> 3]! >>> (bit & 7)) & 1) === 1;
  }
}

/** Asks the condition for every combination of some axes; `share`: points of the whole grid for which it holds. */
function evaluate(grid: Grid, named: readonly number[], condition: Condition) {
  const part: Grid = {
    axes: named.map((axis) => grid.axes[axis]!),
    size: named.reduce((size, axis) => size * grid.axes[axis]!.rows.length, 1),
  };
  const kept = new Uint8Array(Math.ceil(part.size / 8));
  const digits = new Int32Array(named.length);
  let count = 0;
  for (let bit = 0; bit < part.size; bit++) {
    digitsOf(part, bit, digits);
    if (!condition.holds(valuesAt(part, digits))) continue;
    kept[bit >>> 3]! |= 1 << (bit & 7);
    count++;
  }
  return { kept, share: count * (grid.size / part.size) };
}
