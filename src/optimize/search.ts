import { Random } from './random.ts';
import { pesOf, type Space } from './space.ts';

/** Says what copies cost; it holds copies of its own, which change from one cost to the next. */
export interface Evaluator {
  /** Gives a base layer so many copies, for the next {@link cost}. */
  setCopies(layer: number, copies: number): void;
  /** What the copies cost, less is better; may be Infinity where it is more than `limit`. */
  cost(limit: number): number;
  /** Goes back to the copies before the last {@link cost}. */
  undo(): void;
}

/** Copies of every base layer and what they cost. */
export interface Solution {
  readonly copies: readonly number[];
  readonly cost: number;
  readonly usedPes: number;
}

/** Why a search came to its end. `optimal`: the best is as good as the bound. */
export type StoppedBy = 'optimal' | 'gap' | 'evaluations' | 'time' | 'converged';

/** When a search ends. */
export interface Limits {
  readonly maxEvaluations: number;
  /** Time as `performance.now()` tells it, in ms. */
  readonly deadline: number;
}

/**
 * The state of a search: where it is, the best it has seen, and what it may still do. What moves it is a
 * {@link SearchPolicy}.
 */
export class Search {
  readonly space: Space;
  readonly random: Random;
  /** The copies where the search is, and what they cost; only {@link move} and {@link goTo} change them. */
  readonly copies: number[];
  cost: number;
  usedPes: number;
  evaluations = 0;
  best: Solution;
  readonly limits: Limits;
  /** A cost that is good enough. */
  target = -Infinity;
  readonly #evaluator: Evaluator;
  #isLate = false;

  /** Starts from copies within the budget; the evaluator may hold any others. */
  constructor(space: Space, evaluator: Evaluator, start: readonly number[], seed: number, limits: Limits) {
    this.space = space;
    this.random = new Random(seed);
    this.limits = limits;
    this.#evaluator = evaluator;
    this.copies = [...start];
    this.cost = Infinity;
    this.usedPes = 0;
    this.best = { copies: this.copies, cost: Infinity, usedPes: Infinity };
    this.goTo(start);
  }

  /** True when it is time to end. */
  get isOver(): boolean {
    return this.stoppedBy !== undefined;
  }

  /** Why it is time to end, if it is. */
  get stoppedBy(): Extract<StoppedBy, 'gap' | 'evaluations' | 'time'> | undefined {
    if (this.best.cost <= this.target) return 'gap';
    if (this.evaluations >= this.limits.maxEvaluations) return 'evaluations';
    return this.#isLate ? 'time' : undefined;
  }

  /** Goes to copies within the budget; stays where it is when it is over. */
  goTo(copies: readonly number[]): void {
    if (this.evaluations > 0 && this.isOver) return;
    copies.forEach((value, layer) => {
      this.#evaluator.setCopies(layer, value);
      this.copies[layer] = value;
    });
    this.usedPes = pesOf(this.space, copies);
    this.cost = this.#evaluate(Infinity);
    this.#remember();
  }

  /**
   * Tries other copies of some layers, within the budget: goes there if they cost at most `limit`, and stays
   * where it is otherwise.
   *
   * @param layers The layers that change.
   * @param changed What they change to, in the same order.
   * @returns True where it went there; never when the search is over.
   */
  move(layers: readonly number[], changed: readonly number[], limit: number): boolean {
    if (this.isOver) return false;
    for (let i = 0; i < layers.length; i++) this.#evaluator.setCopies(layers[i]!, changed[i]!);
    const cost = this.#evaluate(limit);
    if (cost > limit) {
      this.#evaluator.undo();
      return false;
    }
    layers.forEach((layer, i) => {
      this.usedPes += this.space.pesPerCopy[layer]! * (changed[i]! - this.copies[layer]!);
      this.copies[layer] = changed[i]!;
    });
    this.cost = cost;
    this.#remember();
    return true;
  }

  /** Looks whether it is late; for those who do something long besides evaluations. */
  readClock(): void {
    if (performance.now() > this.limits.deadline) this.#isLate = true;
  }

  #evaluate(limit: number): number {
    this.evaluations += 1;
    const cost = this.#evaluator.cost(limit);
    // Every time: an evaluation may be a simulation of seconds.
    this.readClock();
    return cost;
  }

  #remember(): void {
    const { cost, usedPes, best } = this;
    if (cost < best.cost || (cost === best.cost && usedPes < best.usedPes)) {
      this.best = { copies: [...this.copies], cost, usedPes };
    }
  }
}

/**
 * Moves a search until it is over or has no idea left. A generator, so that others get their turn: it yields
 * now and then, every few evaluations.
 */
export type SearchPolicy = (search: Search) => Generator<void, void>;
