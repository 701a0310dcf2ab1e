import { mapRounds } from '../../map/rounds.ts';
import { part } from '../../progress.ts';
import { type FoundPlacement, gapOf, type Task } from '../objective.ts';
import { isLate, type SearchStep, type StoppedBy } from '../search.ts';
import { searchInTurns } from '../turns/in-turns.ts';
import type { TurnCandidate, TurnProblem } from '../turns/turn-problem.ts';
import type { TurnTask } from '../turns/turn-task.ts';
import { CyclesSimulator } from './cycles-simulator.ts';
import { neighbours } from './round-moves.ts';
import { searchPlacement } from './swap-tiles.ts';
import { turnStarts } from './turn-starts.ts';
import { scheduledClockCycles, turnsBound } from './turns-bound.ts';

/** Simulations that are looked at by default; schedules that look for rounds to start from; share for the placement. */
const MAX_EVALUATIONS = 100;
const SCHEDULES = 2000;
const FOR_PLACEMENT = 0.2;

/** What is simulated, and how long it is searched. */
export type SimulatedTurnTask = Omit<Task, 'fit' | 'mapping' | 'policy'> & { readonly turns: TurnTask };

/** Rounds and copies with the least cycles that were found. */
export interface FoundSimulatedTurns {
  readonly problem: TurnProblem;
  /** What the search starts from: the rounds that were asked for, with the copies of greedy. */
  readonly greedy: TurnCandidate;
  readonly best: TurnCandidate;
  /** Clock cycles of a batch: of greedy, of the best, and what none goes below. */
  readonly greedyCycles: number;
  readonly bestCycles: number;
  readonly boundCycles: number;
  /** Clock cycles of all starts, by name. */
  readonly starts: Readonly<Record<string, number>>;
  readonly placed: FoundPlacement | undefined;
  readonly history: readonly SearchStep[];
  readonly evaluations: number;
  readonly stoppedBy: StoppedBy;
}

/** Searches rounds and copies together where weights take turns, with the simulation in the loop. */
export function* searchSimulatedTurns(task: SimulatedTurnTask): Generator<void, FoundSimulatedTurns> {
  const { workload, turns, batch, gap, maxEvaluations = MAX_EVALUATIONS } = task;
  const scheduling = { gap: 0, maxEvaluations: SCHEDULES, onProgress: undefined };
  const scheduled = yield* searchInTurns(workload, turns, { ...task, ...scheduling });
  const { problem } = scheduled;
  const simulator = turnSimulator(problem, task);
  try {
    const isPlaced = task.placement === undefined && simulator.topology.tiles > 1;
    const forPlacement = isPlaced ? Math.floor(maxEvaluations * FOR_PLACEMENT) : 0;
    const boundCycles = Math.max(
      turns.objective === 'latency' ? scheduledClockCycles(scheduled.bound, workload) : 0,
      turnsBound(problem, batch, simulator.topology.tiles),
    );
    const search = new TurnsSearch(simulator, task, maxEvaluations - forPlacement, boundCycles);
    const starts: Record<string, number> = {};
    let greedy: TurnCandidate | undefined;
    for (const [name, candidates] of turnStarts(problem, turns, batch, scheduled.best.candidate)) {
      starts[name] = yield* search.lookAtAll(candidates);
      greedy ??= search.best;
      if (search.isOver) break;
    }
    if (search.cycles === Infinity) throw simulator.failure(search.best);
    yield* search.descend(problem);
    const { best } = search;
    const most = isPlaced && search.cycles > search.target ? maxEvaluations - search.evaluations : 0;
    const placing = yield* searchPlacement(simulator, best, task, most);
    const { placement, tileOrder, cycles: bestCycles } = placing.best;
    const evaluations = search.evaluations + placing.evaluations;
    const later = placing.better.map((step) => ({
      evaluations: search.evaluations + step.evaluations,
      best: step.cycles,
      bound: boundCycles,
    }));
    return {
      ...{ problem, greedy: greedy!, best, greedyCycles: starts.greedy!, bestCycles, boundCycles, starts },
      placed: isPlaced ? { placement, tileOrder } : undefined,
      history: [...search.history, ...later],
      ...{
        evaluations,
        stoppedBy: stoppedBy(task, gapOf(bestCycles, boundCycles), evaluations >= maxEvaluations, gap),
      },
    };
  } finally {
    simulator.release();
  }
}

function turnSimulator(problem: TurnProblem, task: SimulatedTurnTask): CyclesSimulator<TurnCandidate> {
  const { workload, batch, placement } = task;
  const { group, reload, turns, pes } = problem;
  return new CyclesSimulator({
    ...{ workload, totalPes: pes, run: { batch, group, reload, placement } },
    mappingOf: ({ starts, copies }) => mapRounds({ ...turns, duplication: copies }, starts),
    // Where a PE is written as soon as one is free, it makes no difference which rounds there are.
    keyOf: ({ starts, copies }) => `${reload === 'barrier' ? starts : starts.length > 1} ${copies}`,
  });
}

/** The best so far of candidates that are looked at one after the other. */
class TurnsSearch {
  best: TurnCandidate = { starts: [], copies: [] };
  cycles = Infinity;
  evaluations = 0;
  readonly target: number;
  readonly history: SearchStep[] = [];
  readonly #simulator: CyclesSimulator<TurnCandidate>;
  readonly #task: SimulatedTurnTask;
  readonly #most: number;
  readonly #bound: number;
  readonly #onProgress: SimulatedTurnTask['onProgress'];

  constructor(
    simulator: CyclesSimulator<TurnCandidate>,
    task: SimulatedTurnTask,
    most: number,
    bound: number,
  ) {
    this.#simulator = simulator;
    this.#task = task;
    this.#most = most;
    this.#bound = bound;
    this.target = bound / (1 - task.gap);
    this.#onProgress = part(task.onProgress, 0, 1 - FOR_PLACEMENT);
  }

  get isOver(): boolean {
    return this.evaluations >= this.#most || this.cycles <= this.target || isLate(this.#task);
  }

  /** Clock cycles of a candidate; it is the best if it takes fewer than all before. */
  look(candidate: TurnCandidate): number {
    const known = this.#simulator.known(candidate);
    if (known !== undefined) return known;
    this.evaluations += 1;
    const cycles = this.#simulator.cycles(candidate);
    this.#onProgress?.(this.evaluations / this.#most);
    if (this.evaluations === 1) this.best = candidate;
    if (cycles < this.cycles) {
      [this.best, this.cycles] = [candidate, cycles];
      this.history.push({ evaluations: this.evaluations, best: cycles, bound: this.#bound });
    }
    return cycles;
  }

  /** Clock cycles of the best of some candidates, of those that are looked at until it is over; at least of the first. */
  *lookAtAll(candidates: Iterable<TurnCandidate>): Generator<void, number> {
    let least = Infinity;
    for (const candidate of candidates) {
      yield;
      least = Math.min(least, this.look(candidate));
      if (this.isOver) break;
    }
    return least;
  }

  /** Goes to what is better next to the best, until nothing is or it is over. */
  *descend(problem: TurnProblem): Generator<void, void> {
    for (;;) {
      const { cycles } = this;
      for (const change of neighbours(problem, this.best)) {
        // Again and again, as long as it helps.
        for (;;) {
          if (this.isOver) return;
          const candidate = change(this.best);
          if (candidate === undefined) break;
          yield;
          const before = this.cycles;
          this.look(candidate);
          if (this.cycles >= before) break;
        }
      }
      if (this.cycles >= cycles) return;
    }
  }
}

function stoppedBy(task: SimulatedTurnTask, gap: number, isUsedUp: boolean, enough: number): StoppedBy {
  if (gap === 0) return 'optimal';
  if (gap <= enough) return 'gap';
  if (isLate(task)) return 'time';
  return isUsedUp ? 'evaluations' : 'converged';
}
