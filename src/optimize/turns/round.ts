import { anneal } from '../anneal.ts';
import { closeGap } from '../close-gap.ts';
import type { Dependencies } from '../dependencies.ts';
import { descend } from '../descend.ts';
import { LatencyBound } from '../latency-bound.ts';
import { type Evaluator, Search } from '../search.ts';
import { trim } from '../trim.ts';
import type { Effort } from './effort.ts';
import { sliceDependencies } from './slice-dependencies.ts';
import type { TurnEngine } from './turn-engine.ts';
import { greedyCopies, roundSpace, type TurnProblem } from './turn-problem.ts';

/** What rounds are looked at with. */
export interface RoundTools {
  readonly problem: TurnProblem;
  readonly engine: TurnEngine;
  readonly waits: Dependencies;
  /** Per slice the index of its base layer. */
  readonly bases: readonly number[];
  readonly seed: number;
}

/** Sets that the proof of one makespan of a round may go through. */
const SETS_PER_PROOF = 2 ** 19;
/** Schedules of a descent from the copies of greedy, and of annealing. */
const DESCENT = 3000;
const ANNEALING = 3000;

/** A run of slices as a round by itself in `barrier`: what it takes at least, and with the best copies so far. */
export class Round {
  readonly start: number;
  readonly end: number;
  /** Its weights are written when it begins, or were before. */
  readonly isWritten: boolean;
  /** No copies end earlier, in cycles. */
  bound: number;
  /** Cycles with the best copies so far. */
  cycles = Infinity;
  /** The best copies so far, of its slices only. */
  copies: readonly number[] = [];
  #looks = 0;

  constructor(start: number, end: number, isWritten: boolean, bound: number) {
    this.start = start;
    this.end = end;
    this.isWritten = isWritten;
    this.bound = bound;
  }

  /** How often it was looked at, each time more closely. */
  get looks(): number {
    return this.#looks;
  }

  /** True where nothing more will be found out about it. */
  get isDone(): boolean {
    return this.bound >= this.cycles || this.#looks === LOOKS.length;
  }

  /** Takes copies that are better than those so far, or as good with fewer PEs. */
  offer(copies: readonly number[], cycles: number): void {
    if (cycles >= this.cycles) return;
    this.copies = copies;
    this.cycles = cycles;
  }

  /** Looks at it more closely than before. */
  *look(tools: RoundTools, effort: Effort): Generator<void, void> {
    yield* LOOKS[this.#looks++]!(this, tools, effort);
  }
}

type Look = (round: Round, tools: RoundTools, effort: Effort) => Generator<void, void>;

/** From the quickest to the one that takes longest. */
const LOOKS: readonly Look[] = [
  function* quick(round, tools, effort) {
    const copies = greedyCopies(tools.problem, round.start, round.end);
    round.offer(copies, tools.engine.roundCycles(round, copies));
    effort.spend(1);
    round.bound = Math.max(round.bound, proofOf(round, tools).below(round.cycles));
    yield;
  },
  function* descent(round, tools, effort) {
    const search = searchOf(round, tools, effort, DESCENT);
    const proof = proofOf(round, tools);
    yield* trim(search);
    search.target = round.bound;
    yield* descend(search);
    const bound = yield* closeGap(search, proof, 0, SETS_PER_PROOF);
    finish(round, search, effort);
    round.bound = Math.max(round.bound, bound);
  },
  function* annealing(round, tools, effort) {
    const search = searchOf(round, tools, effort, ANNEALING);
    search.target = round.bound;
    yield* anneal(search, ANNEALING * 0.6, 1);
    search.goTo(search.best.copies);
    yield* descend(search);
    yield* trim(search);
    finish(round, search, effort);
  },
];

function finish(round: Round, search: Search, effort: Effort): void {
  effort.spend(search.evaluations);
  round.offer(search.best.copies, search.best.cost);
}

function searchOf(round: Round, { problem, engine, seed }: RoundTools, effort: Effort, most: number): Search {
  const space = roundSpace(problem, round.start, round.end);
  return new Search(space, evaluatorOf(round, engine), round.copies, seed, effort.part(most));
}

function evaluatorOf(round: Round, engine: TurnEngine): Evaluator {
  const copies: number[] = [];
  let before: number[] = [];
  return {
    setCopies(slice, own) {
      copies[slice] = own;
    },
    cost(limit) {
      const cycles = engine.roundCycles(round, copies, limit);
      if (cycles <= limit) before = [...copies];
      return cycles;
    },
    undo() {
      before.forEach((own, slice) => {
        copies[slice] = own;
      });
    },
  };
}

function proofOf({ start, end, isWritten }: Round, { problem, waits, bases }: RoundTools): LatencyBound {
  const { group } = problem;
  const releases = isWritten ? firstReady(problem, start, end) : new Array<number>(end - start).fill(0);
  const own = sliceDependencies(waits, bases, [start, end], group, releases);
  return new LatencyBound(own, roundSpace(problem, start, end));
}

/** When the first copy of each slice of a round is written at the earliest: behind one of each in front of it. */
export function firstReady(
  { slices, parallel, writeCycles }: TurnProblem,
  start: number,
  end: number,
): number[] {
  let pes = 0;
  return slices.slice(start, end).map(({ pesPerCopy }) => {
    pes += pesPerCopy;
    return Math.ceil(pes / parallel) * writeCycles;
  });
}
