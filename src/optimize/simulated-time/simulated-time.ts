import { tileCount } from '../../architecture/tiles.ts';
import { Engine } from '../../engine/engine.ts';
import type { ClsaCimError } from '../../errors.ts';
import { duplicate } from '../../map/duplicate.ts';
import { type DuplicationName, duplicationPolicies } from '../../map/duplication/index.ts';
import type { Fit } from '../../map/fit.ts';
import { pesUsed } from '../../map/mapping.ts';
import { part } from '../../progress.ts';
import { listsFor } from '../../simulate/tried/lists.ts';
import { leastClockCycles, wholeIntervals } from '../clock-cycles.ts';
import { latencyProof, searchLatency } from '../latency.ts';
import { latencyEvaluator } from '../latency-evaluator.ts';
import {
  type BatchFigures,
  type Found,
  gapOf,
  type LatencyFigures,
  type Objective,
  type Task,
} from '../objective.ts';
import { isLate, Search, type StoppedBy } from '../search.ts';
import { spaceOf } from '../space.ts';
import { ChipBound, type HeadAndTail } from './chip-bound.ts';
import { CyclesSimulator } from './cycles-simulator.ts';
import { resizing } from './resize.ts';
import { screenedEvaluator } from './screened-evaluator.ts';
import { searchPlacement } from './swap-tiles.ts';

/** Simulations, each a thousand times as long as a schedule. */
const MAX_EVALUATIONS = 100;
/** Schedules that look for copies to start from, and for the bound of the latency. */
const LATENCY_EVALUATIONS = 10_000;
/** Share of the simulations that is left for the placement of the best copies. */
const FOR_PLACEMENT = 0.2;
/** Policies start with all extra PEs, and with this share of those before, so many times. */
const SHARE = 0.5;
const SHARES = 6;

/** The least clock cycles of one inference, simulated. */
export const simulatedLatency: Objective<'simulated-latency'> = {
  metric: 'cycles',
  isSimulated: true,
  policy: resizing,
  search: (task) => searchTime(task, (cycles) => latencyFigures(task, cycles)),
};

/** The least clock cycles per inference of a batch, simulated. */
export const simulatedThroughput: Objective<'simulated-throughput'> = {
  metric: 'cyclesPerInference',
  isSimulated: true,
  policy: resizing,
  search: (task) => searchTime(task, (cycles) => batchFigures(task, cycles)),
};

/** What clock cycles of one inference, or of one group, come to. */
export function latencyFigures({ workload }: Pick<Task, 'workload'>, cycles: number): LatencyFigures {
  return { cycles, latencyNs: cycles * workload.architecture.clockNs };
}

/** What clock cycles of a batch come to. */
export function batchFigures(task: Pick<Task, 'workload' | 'batch'>, cycles: number): BatchFigures {
  const { batch } = task;
  const { latencyNs } = latencyFigures(task, cycles);
  const inferencesPerSecond = (1e9 * batch) / latencyNs;
  return { batch, cycles, latencyNs, cyclesPerInference: cycles / batch, inferencesPerSecond };
}

/** Searches from what the policies give and from the copies of the least latency of a schedule, then where those lie best. */
function* searchTime<Own>(task: Task, figures: (cycles: number) => Own): Generator<void, Found<Own>> {
  const engine = new Engine();
  const simulator = copiesSimulator(task);
  try {
    return yield* searchOn(engine, simulator, task, figures);
  } finally {
    simulator.release();
    engine.dispose();
  }
}

type CopiesSimulator = CyclesSimulator<readonly number[]>;

function* searchOn<Own>(
  engine: Engine,
  simulator: CopiesSimulator,
  task: Task,
  figures: (cycles: number) => Own,
): Generator<void, Found<Own>> {
  const { batch, maxEvaluations = MAX_EVALUATIONS } = task;
  const { architecture } = task.workload;
  const isPlaced = task.placement === undefined && tileCount(architecture, task.mapping.totalPes) > 1;
  const forPlacement = isPlaced ? Math.floor(maxEvaluations * FOR_PLACEMENT) : 0;
  const { search, starts, bound } = yield* searchCopies(engine, simulator, {
    ...{ ...task, maxEvaluations: maxEvaluations - forPlacement },
    onProgress: part(task.onProgress, 0, 1 - forPlacement / maxEvaluations),
  });
  const { copies, cost: alongSnake } = search.best;
  const most = isPlaced && alongSnake > search.target ? maxEvaluations - search.evaluations : 0;
  const { best, better, ...placed } = yield* searchPlacement(simulator, copies, task, most);
  const { placement, tileOrder } = best;
  const cost = best.cycles / batch;
  const evaluations = search.evaluations + placed.evaluations;
  const later = better.map((step) => ({
    evaluations: search.evaluations + step.evaluations,
    ...{ best: step.cycles / batch, bound },
  }));
  return {
    ...{ greedy: figures(simulator.cycles(copiesOf(task))), best: figures(best.cycles), cost, copies, bound },
    ...{ starts, evaluations, screened: search.known },
    ...(isPlaced ? { placed: { placement, tileOrder } } : {}),
    history: [...search.history, ...later].filter((step) => step.best < Infinity),
    stoppedBy: whyStopped(task, cost, bound, evaluations >= maxEvaluations),
  };
}

/** The copies of greedy. */
function copiesOf({ mapping }: Task): readonly number[] {
  return mapping.layers.map(({ copies }) => copies);
}

/** Searches copies where `task.placement` has them. */
function* searchCopies(
  engine: Engine,
  simulator: CopiesSimulator,
  task: Task & { readonly maxEvaluations: number },
) {
  const { batch, fit, seed } = task;
  const { architecture } = task.workload;
  const resultCycles = wholeIntervals(architecture);
  const scheduling = { gap: 0, maxEvaluations: LATENCY_EVALUATIONS, onProgress: undefined };
  const scheduled = yield* searchLatency({ ...task, ...scheduling }, resultCycles);
  const { space: ofOne, sets, problem, proof } = latencyProof(task, engine, resultCycles);
  const ofBatch = sets.map((count) => count * batch);
  const space = spaceOf(fit.layers, fit.there, ofBatch);
  const heads = proof.shortestHeads();
  const around = proof.shortestTails().map((tail, i): HeadAndTail => ({ head: heads[i]!, tail }));
  const chip = new ChipBound(task, space, around, simulator.topology.links);
  const clockCycles = (cycles: number) => leastClockCycles(cycles, architecture);
  const bound = Math.max(clockCycles(scheduled.bound), chip.least) / batch;

  // With copies that run no set, if a policy gives some: they change where others lie.
  const greedy = copiesOf(task);
  const schedule = latencyEvaluator(engine, problem, ofOne);
  const evaluator = screenedEvaluator(greedy, { simulator, clockCycles, bound: chip, batch, schedule });
  const search = new Search(space, evaluator, greedy, seed, task);
  search.noteBound(bound);
  search.target = bound / (1 - task.gap);
  const starts = {
    greedy: search.cost,
    ...startsOf(search, task, scheduled.search.best.copies),
  };
  yield* tryShares(search, fit);
  if (search.best.cost === Infinity) throw comesToNoEnd(simulator, search.best.copies);
  if (!search.isOver) yield* task.policy(search);
  return { search, starts, bound };
}

/** What the other policies, the best of the lists that `tried` tries, and the best of the schedule's search are worth. */
function startsOf(
  search: Search,
  { workload, fit }: Task,
  scheduled: readonly number[],
): Record<string, number> {
  const policies = Object.keys(duplicationPolicies).filter((name) => name !== 'greedy') as DuplicationName[];
  const lists = listsFor(workload, false).map(({ duplication }) => duplicate(fit, duplication));
  const all: Readonly<Record<string, readonly (readonly number[])[]>> = {
    ...Object.fromEntries(policies.map((name) => [name, [duplicate(fit, name)]])),
    ...{ tried: lists, schedule: [scheduled] },
  };
  const starts: Record<string, number> = {};
  for (const [name, vectors] of Object.entries(all)) {
    let least = Infinity;
    for (const copies of vectors) {
      if (search.isOver) return starts;
      search.goTo(copies);
      least = Math.min(least, search.cost);
    }
    starts[name] = least;
  }
  return starts;
}

/** Looks at what the policies give of fewer and fewer PEs: where values move, more copies may be slower. */
function* tryShares(search: Search, fit: Fit): Generator<void, void> {
  for (let step = 1, share = SHARE; step <= SHARES; step++, share *= SHARE) {
    const there = fit.there.map((pes, k) => fit.needed[k]! + Math.floor((pes - fit.needed[k]!) * share));
    for (const name of Object.keys(duplicationPolicies)) {
      if (search.isOver) return;
      search.goTo(duplicate({ ...fit, there }, name as DuplicationName));
      yield;
    }
  }
}

/** Plays vectors of copies. */
function copiesSimulator({ workload, mapping, batch, placement }: Task): CopiesSimulator {
  return new CyclesSimulator({
    ...{ workload, totalPes: mapping.totalPes, run: { batch, placement } },
    mappingOf: (copies) => {
      const layers = mapping.layers.map((layer, i) => ({ ...layer, copies: copies[i]! }));
      return { ...mapping, layers, usedPes: pesUsed(layers) };
    },
    keyOf: (copies) => copies.join(),
  });
}

/** The error where nothing that was looked at comes to an end. */
function comesToNoEnd(
  simulator: CyclesSimulator<readonly number[]>,
  copies: readonly number[],
): ClsaCimError {
  const error = simulator.failure(copies);
  if (error.code !== 'DEADLOCK') return error;
  return error.withMessage(
    `no copies that were looked at come to an end; with the fewest PEs of them ${error.message}`,
  );
}

function whyStopped(task: Task, cost: number, bound: number, areEvaluationsUsed: boolean): StoppedBy {
  if (cost === bound) return 'optimal';
  if (gapOf(cost, bound) <= task.gap) return 'gap';
  if (isLate(task)) return 'time';
  return areEvaluationsUsed ? 'evaluations' : 'converged';
}
