import { ClsaCimError } from '../errors.ts';
import { show } from '../input/show.ts';
import { callUser, frozenCopy } from '../input/user-function.ts';
import type { OnProgress } from '../progress.ts';
import { Random } from './random.ts';
import { pesLeft, type Space } from './space.ts';

/** Says what copies cost; it holds copies of its own, which change from one cost to the next. */
export interface Evaluator {
  /** Gives a base layer so many copies, for the next {@link cost}. */
  setCopies(layer: number, copies: number): void;
  /** What the copies cost, less is better; may be Infinity where it is more than `limit`. */
  cost(limit: number): number;
  /**
   * Where costs take long: the cost, as {@link cost} tells it, of copies of which it is known without looking at them; undefined
   * where it is not.
   */
  knownCost?(limit: number): number | undefined;
  /** Goes back to the copies before the last {@link cost} or {@link knownCost}. */
  undo(): void;
}

/** Copies whose cost is known beforehand, for each evaluation that there may be: a search of nothing else comes to its end, too. */
const KNOWN_PER_EVALUATION = 100;

/** Copies of every base layer and what they cost. */
export interface Solution {
  /** In the order of the base layers. */
  readonly copies: readonly number[];
  /** In the figure that the objective minimises. */
  readonly cost: number;
  /** PEs that they take. */
  readonly usedPes: number;
}

/** What a search knew after so many evaluations. */
export interface SearchStep {
  /** Vectors of copies that were looked at until then. */
  readonly evaluations: number;
  /** The least cost until then, in the figure that is minimised. */
  readonly best: number;
  /** What was proven until then: no copies cost less. Absent as long as nothing was. */
  readonly bound?: number;
}

/** Why a search came to its end. `optimal`: the best is as good as the bound. */
export type StoppedBy = 'optimal' | 'gap' | 'evaluations' | 'time' | 'converged';

/** When a search ends. */
export interface Limits {
  /** Copies that are looked at, at most. */
  readonly maxEvaluations: number;
  /** Time as `performance.now()` tells it, in ms. */
  readonly deadline: number;
  /** When it began, on the same clock. */
  readonly start?: number;
  /** Is told after every evaluation how far the search is. */
  readonly onProgress?: OnProgress | undefined;
  /** Its time is over when it is aborted. */
  readonly stop?: AbortSignal | undefined;
}

/** True when the time of a search is over. */
export function isLate({ deadline, stop }: Pick<Limits, 'deadline' | 'stop'>): boolean {
  return stop?.aborted === true || performance.now() > deadline;
}

/**
 * The state of a search: where it is, the best it has seen, and what it may still do. What moves it is a
 * {@link SearchPolicy}, which sees copies of its data that cannot be changed, and goes only where the budget allows.
 */
export class Search {
  /** What is searched: PEs, MVMs and most copies of the layers, and the budget. */
  readonly space: Space;
  /** Pseudorandom numbers that follow from the seed. */
  readonly random: Random;
  /** When it has to end. */
  readonly limits: Limits;
  readonly #start: number;
  readonly #onProgress: OnProgress | undefined;
  readonly #stop: AbortSignal | undefined;
  readonly #evaluator: Evaluator;
  readonly #copies: number[];
  /** What `copies` gives until they change. */
  #shown: readonly number[] | undefined;
  #cost = Infinity;
  /** PEs that are left of each class of crossbars. */
  #left: number[] = [];
  #evaluations = 0;
  #known = 0;
  #best: Solution = { copies: [], cost: Infinity, usedPes: Infinity };
  #target = -Infinity;
  #isLate = false;
  #bound: number | undefined;
  readonly #history: SearchStep[] = [];

  /** Starts from copies within the budget; the evaluator may hold any others. */
  constructor(space: Space, evaluator: Evaluator, start: readonly number[], seed: number, limits: Limits) {
    this.space = frozenCopy(space);
    this.random = new Random(seed);
    this.limits = Object.freeze({ maxEvaluations: limits.maxEvaluations, deadline: limits.deadline });
    this.#start = limits.start ?? performance.now();
    this.#onProgress = limits.onProgress;
    this.#stop = limits.stop;
    this.#evaluator = evaluator;
    this.#copies = [...start];
    this.goTo(start);
  }

  /** The copies of every base layer where the search is; only {@link move} and {@link goTo} change them. */
  get copies(): readonly number[] {
    this.#shown ??= Object.freeze([...this.#copies]);
    return this.#shown;
  }

  /** The copies of one base layer, without a list of all of them being made. */
  copiesOf(layer: number): number {
    return this.#copies[layer]!;
  }

  /** What these copies cost, in the figure that the objective minimises. */
  get cost(): number {
    return this.#cost;
  }

  /** PEs that these copies take. */
  get usedPes(): number {
    return this.space.totalPes - this.#left.reduce((sum, pes) => sum + pes, 0);
  }

  /** PEs that these copies leave of each class of crossbars: one number where all are of one size. */
  get pesLeft(): number[] {
    return [...this.#left];
  }

  /** PEs that these copies leave for more of one base layer: those of its class of crossbars. */
  pesLeftFor(layer: number): number {
    return this.#left[this.space.crossbars[layer]!]!;
  }

  /** Copies that were looked at so far. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** Copies whose cost was known without looking at them, or known to be no better. */
  get known(): number {
    return this.#known;
  }

  /** The best copies so far; of equal ones those that take fewer PEs. */
  get best(): Solution {
    return this.#best;
  }

  /** What the search knew whenever best or bound became better. */
  get history(): readonly SearchStep[] {
    return this.#history;
  }

  /**
   * Notes what was proven: no copies cost less.
   *
   * @internal
   */
  noteBound(bound: number): void {
    if (this.#bound !== undefined && bound <= this.#bound) return;
    this.#bound = bound;
    this.#noteStep();
  }

  /**
   * The greatest bound that was noted; 0 for none.
   *
   * @internal
   */
  get bound(): number {
    return this.#bound ?? 0;
  }

  /** A cost that is good enough. */
  get target(): number {
    return this.#target;
  }

  set target(cost: number) {
    this.#target = cost;
  }

  /** True when it is time to end. */
  get isOver(): boolean {
    return this.stoppedBy !== undefined || this.#known >= KNOWN_PER_EVALUATION * this.limits.maxEvaluations;
  }

  /** Why it is time to end, if it is. */
  get stoppedBy(): Extract<StoppedBy, 'gap' | 'evaluations' | 'time'> | undefined {
    if (this.#best.cost <= this.#target) return 'gap';
    if (this.#evaluations >= this.limits.maxEvaluations) return 'evaluations';
    return this.#isLate ? 'time' : undefined;
  }

  /**
   * Goes to copies within the budget; stays where it is when it is over.
   *
   * @throws ClsaCimError of kind `usage` where they are no copies of every layer, or take more PEs than there are.
   */
  goTo(copies: readonly number[]): void {
    if (this.#evaluations > 0 && this.isOver) return;
    if (copies.length !== this.#copies.length) {
      throw fault(`must give the copies of ${this.#copies.length} base layers, found ${copies.length}`);
    }
    const left = pesLeft(this.space, copies.map(checkedCopies));
    this.#checkBudget(left);
    copies.forEach((value, layer) => {
      this.#evaluator.setCopies(layer, value);
      this.#copies[layer] = value;
    });
    this.#left = left;
    this.#arrive(this.#evaluate(Infinity));
  }

  /**
   * Tries other copies of some layers, within the budget: goes there if they cost at most `limit`, and stays
   * where it is otherwise.
   *
   * @param layers The layers that change, each once.
   * @param changed What they change to, in the same order.
   * @returns True where it went there; never when the search is over.
   * @throws ClsaCimError of kind `usage` where they are no copies of these layers, or take more PEs than there are.
   */
  move(layers: readonly number[], changed: readonly number[], limit: number): boolean {
    if (this.isOver) return false;
    const left = [...this.#left];
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[i]!;
      if (this.#copies[layer] === undefined) throw fault(`there is no base layer ${show(layer)}`);
      if (layers.indexOf(layer) < i) throw fault(`layer ${layer} is in one move twice`);
      const more = checkedCopies(changed[i]) - this.#copies[layer];
      left[this.space.crossbars[layer]!]! -= this.space.pesPerCopy[layer]! * more;
    }
    this.#checkBudget(left);
    for (let i = 0; i < layers.length; i++) this.#evaluator.setCopies(layers[i]!, changed[i]!);
    const cost = this.#evaluate(limit);
    if (cost > limit) {
      this.#evaluator.undo();
      return false;
    }
    for (let i = 0; i < layers.length; i++) this.#copies[layers[i]!] = changed[i]!;
    this.#left = left;
    this.#arrive(cost);
    return true;
  }

  /** Looks whether it is late; for those who do something long besides evaluations. */
  readClock(): void {
    const now = performance.now();
    const { deadline, maxEvaluations } = this.limits;
    if (isLate({ deadline, stop: this.#stop })) this.#isLate = true;
    if (this.#onProgress === undefined) return;
    const time = (now - this.#start) / (deadline - this.#start);
    this.#onProgress(Math.min(1, Math.max(time, this.#evaluations / maxEvaluations)));
  }

  #evaluate(limit: number): number {
    const known = this.#evaluator.knownCost?.(limit);
    if (known === undefined) this.#evaluations += 1;
    else this.#known += 1;
    const cost = known ?? this.#evaluator.cost(limit);
    // Every time: an evaluation may be a simulation of seconds.
    this.readClock();
    return cost;
  }

  /** Notes that the search is somewhere else, and whether nothing was better. */
  #arrive(cost: number): void {
    this.#shown = undefined;
    this.#cost = cost;
    const { usedPes } = this;
    const best = this.#best;
    if (cost < best.cost || (cost === best.cost && usedPes < best.usedPes)) {
      this.#best = Object.freeze({ copies: this.copies, cost, usedPes });
      if (cost < best.cost) this.#noteStep();
    }
  }

  #noteStep(): void {
    const bound = this.#bound;
    this.#history.push({
      ...{ evaluations: this.#evaluations, best: this.#best.cost },
      ...(bound === undefined ? {} : { bound }),
    });
  }

  #checkBudget(left: readonly number[]): void {
    const lacking = left.findIndex((pes) => pes < 0);
    if (lacking < 0) return;
    const there = this.space.budgets[lacking]!;
    const of = left.length > 1 ? ` of crossbars ${lacking}` : '';
    throw fault(`takes ${there - left[lacking]!} PEs${of}, and there are ${there}`);
  }
}

function checkedCopies(value: number | undefined): number {
  if (value !== undefined && Number.isSafeInteger(value) && value >= 1) return value;
  throw fault(`copies must be a whole number of 1 or more, found ${show(value)}`);
}

/** What only a user's policy can get wrong. */
function fault(problem: string): ClsaCimError {
  return new ClsaCimError(`the search policy: ${problem}`, 'usage');
}

/**
 * Moves a search until it is over or has no idea left. A generator, so that others get their turn: it yields
 * now and then, every few evaluations.
 */
export type SearchPolicy = (search: Search) => Generator<void, void>;

/** A user's policy: what it throws is the user's, not a bug of ours. */
export function guarded(policy: SearchPolicy): SearchPolicy {
  const what = 'the search policy';
  return function* (search) {
    const steps = callUser(what, () => policy(search)[Symbol.iterator]());
    while (!callUser(what, () => steps.next()).done) yield;
  };
}
