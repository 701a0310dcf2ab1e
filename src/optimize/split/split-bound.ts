import type { Dependencies } from '../dependencies.ts';
import type { Box, LatencyBound } from '../latency-bound.ts';
import { pesLeft, type Space } from '../space.ts';
import { type SplitLayer, splitGraph } from './graph.ts';
import { Split } from './split.ts';
import { splitCopies } from './split-copies.ts';

/** Times that are kept at once, of heads and of tails: 64 MB each. */
const MOST_TIMES = 2 ** 24;
/** Beyond this the sum of two times may not fit into 32 bits. */
const MOST_CYCLES = 2 ** 30;

/** What is known of the copies that end at some cycle or before. */
export interface SplitAnswer {
  /** No copies end earlier, or at the cycle asked for, than this; Infinity where none end by then. */
  readonly least: number;
  /** Copies that end by then, where some were found. */
  readonly copies?: readonly number[] | undefined;
}

/** Proves bounds by how PEs are split between the layers up to one and those behind it, and finds copies on the way. */
export class SplitBound {
  readonly #waits: Dependencies;
  readonly #graph: readonly SplitLayer[];
  readonly #space: Space;
  readonly #proof: LatencyBound;
  #left: number;
  #hasAnswered = false;

  /** @param work Sets that it may go through. */
  constructor(waits: Dependencies, space: Space, proof: LatencyBound, work: number) {
    this.#waits = waits;
    this.#graph = splitGraph(waits);
    this.#space = space;
    this.#proof = proof;
    this.#left = work;
  }

  /** False as long as all that was asked takes too long, or too much memory. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /**
   * Which copies end at `cycles` or before?
   *
   * @returns Undefined where that takes too long or too much memory.
   */
  *ask(cycles: number, box = this.#proof.wholeSpace()): Generator<void, SplitAnswer | undefined> {
    const answer = yield* this.#answer(cycles, box);
    if (answer !== undefined) this.#hasAnswered = true;
    return answer;
  }

  *#answer(cycles: number, box: Box): Generator<void, SplitAnswer | undefined> {
    if (this.#left < 0 || cycles > MOST_CYCLES) return undefined;
    if (this.#proof.isEmpty(box, cycles)) return { least: Infinity };
    let least = 0;
    const classes = this.#space.budgets.length;
    for (let crossbar = 0; crossbar < classes; crossbar++) {
      const [waits, graph, space] = [this.#waits, this.#graph, this.#space];
      const pes = pesLeft(space, box.least)[crossbar]!;
      if ((pes + 1) * this.#proof.sets > MOST_TIMES) return least > 0 ? { least } : undefined;
      const split = new Split({ waits, graph, space, crossbar, box, cycles });
      const end = yield* this.#within(split, split.forward());
      if (end === undefined) return least > 0 ? { least } : undefined;
      if (end > cycles) return { least: Infinity };
      least = Math.max(least, end);
      // From both ends fewer copies are left than from one.
      if ((yield* this.#within(split, split.backward())) === undefined) return { least };
      const again = yield* this.#within(split, split.forward());
      if (again === undefined) return { least };
      if (again > cycles) return { least: Infinity };
      least = Math.max(least, again);
      if (classes === 1) return { least, copies: yield* this.#within(split, splitCopies(split)) };
    }
    return { least };
  }

  /** Does a part of the work; undefined where there is no more to be done. */
  *#within<T>(split: Split, steps: Generator<void, T>): Generator<void, T | undefined> {
    for (;;) {
      const before = split.work;
      const { done, value } = steps.next();
      this.#left -= split.work - before;
      if (done === true) return value;
      if (this.#left < 0) return undefined;
      yield;
    }
  }
}
