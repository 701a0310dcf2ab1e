import { cyclesOf } from '../../architecture/mvm-time.ts';
import { mapRounds } from '../../map/rounds.ts';
import { part } from '../../progress.ts';
import { Scheduler } from '../../schedule/scheduler.ts';
import type { Rounds } from '../../schedule/turn-options.ts';
import type { Workload } from '../../workload/workload.ts';
import { leastClockCycles } from '../clock-cycles.ts';
import { type FoundPlacement, gapOf, type Task } from '../objective.ts';
import { isLate, type SearchStep, type StoppedBy } from '../search.ts';
import { searchInTurns } from '../turns/in-turns.ts';
import type { TurnCandidate, TurnProblem } from '../turns/turn-problem.ts';
import type { TurnTask } from '../turns/turn-task.ts';
import { sharedCycles } from './chip-bound.ts';
import { CyclesSimulator } from './cycles-simulator.ts';
import { neighbours } from './round-moves.ts';
import { searchPlacement } from './swap-tiles.ts';

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
      batch * sharedCycles(workload, problem.pes),
      peCycles(problem, batch),
    );
    const search = new TurnsSearch(simulator, task, maxEvaluations - forPlacement, boundCycles);
    const { greedy, ...others } = startsOf(workload, problem, turns);
    const starts: Record<string, number> = { greedy: search.look(greedy) };
    for (const [name, candidate] of Object.entries({ ...others, schedule: scheduled.best.candidate })) {
      if (search.isOver) break;
      yield;
      starts[name] = search.look(candidate);
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
      ...{ problem, greedy, best, greedyCycles: starts.greedy!, bestCycles, boundCycles, starts },
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
    keyOf: ({ starts, copies }) => `${starts} ${copies}`,
  });
}

/** The rounds that were asked for, `auto` and `fewest`, with the copies of greedy, and the fewest rounds without copies. */
function startsOf(workload: Workload, { group }: TurnProblem, { pes, rounds }: TurnTask) {
  const scheduler = new Scheduler(workload);
  try {
    const map = (which: Rounds, duplication: 'greedy' | 'none'): TurnCandidate => {
      const mapping = scheduler.map({ ...pes, rounds: which, duplication, batch: group, group });
      return { starts: mapping.rounds ?? [0], copies: mapping.layers.map(({ copies }) => copies) };
    };
    return {
      ...{ greedy: map(rounds, 'greedy'), auto: map('auto', 'greedy'), fewest: map('fewest', 'greedy') },
      none: map('fewest', 'none'),
    };
  } finally {
    scheduler.release();
  }
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
    if (this.best.starts.length === 0 || cycles < this.cycles) {
      [this.best, this.cycles] = [candidate, cycles];
      if (cycles < Infinity) {
        this.history.push({ evaluations: this.evaluations, best: cycles, bound: this.#bound });
      }
    }
    return cycles;
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

/** Clock cycles of a bound of schedules; 0 where these round times up that a chip does not. */
function scheduledClockCycles(bound: number, { architecture }: Workload): number {
  const { mvmCycles, mvmIntervalCycles, resultCycles, writing, clockNs } = architecture;
  if (writing === undefined || mvmCycles !== resultCycles * mvmIntervalCycles) return 0;
  const isWhole = cyclesOf(writing.peWriteNs, clockNs) === writing.writeCycles * mvmIntervalCycles;
  return isWhole ? leastClockCycles(bound, architecture) : 0;
}

/** Clock cycles of a batch if all PEs were always busy. */
function peCycles({ slices, pes, workload }: TurnProblem, batch: number): number {
  const work = slices.reduce((sum, { pesPerCopy, mvms }) => sum + pesPerCopy * mvms, 0);
  return Math.ceil((batch * work * workload.architecture.mvmIntervalCycles) / pes);
}

function stoppedBy(task: SimulatedTurnTask, gap: number, isUsedUp: boolean, enough: number): StoppedBy {
  if (gap === 0) return 'optimal';
  if (gap <= enough) return 'gap';
  if (isLate(task)) return 'time';
  return isUsedUp ? 'evaluations' : 'converged';
}
