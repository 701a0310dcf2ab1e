import { Engine } from '../engine/engine.ts';
import { ClsaCimError } from '../errors.ts';
import { duplicate } from '../map/duplicate.ts';
import { setCount } from '../schedule/sets.ts';
import { setShape } from '../workload/granularity.ts';
import { closeGap } from './close-gap.ts';
import { dependenciesOf } from './dependencies.ts';
import { descend } from './descend.ts';
import { LatencyBound } from './latency-bound.ts';
import { latencyEvaluator } from './latency-evaluator.ts';
import { type Objective, type Task, whyStopped } from './objective.ts';
import { Search } from './search.ts';
import { spaceOf } from './space.ts';
import { SplitBound } from './split/split-bound.ts';
import { trim } from './trim.ts';

/** A few seconds for the networks of the paper. */
const MAX_EVALUATIONS = 100_000;
/** Sets that proofs by split may go through, as a share of all sets, per evaluation that there is. */
const WORK_PER_EVALUATION = 0.3;
/** With more of them the rest is for the search: some ten seconds of proofs leave little that more of them would find. */
const MOST_EVALUATIONS_OF_WORK = 400_000;
/** The proof keeps a handful of numbers for every set. */
const MAX_SETS = 2 ** 25;

/** The least makespan of the cross-layer schedule. */
export const latency: Objective<'latency'> = {
  metric: 'cycles',
  isSimulated: false,
  *search(task) {
    const { search, bound, greedyCycles } = yield* searchLatency(task);
    const figures = (cycles: number) => ({
      cycles,
      latencyNs: cycles * task.workload.architecture.mvmIntervalNs,
    });
    return {
      greedy: figures(greedyCycles),
      best: figures(search.best.cost),
      cost: search.best.cost,
      copies: search.best.copies,
      bound,
      ...{ evaluations: search.evaluations, history: search.history },
      stoppedBy: whyStopped(search, bound),
    };
  },
};

/**
 * Searches from `greedy`: what a descent finds, what a proof of the bound comes across, and the policy.
 *
 * @param resultCycles Cycles from the start of an MVM to its result; those of the architecture by default.
 */
export function* searchLatency(task: Task, resultCycles = task.workload.architecture.resultCycles) {
  const engine = new Engine();
  try {
    return yield* searchOn(engine, task, resultCycles);
  } finally {
    engine.dispose();
  }
}

function* searchOn(engine: Engine, task: Task, resultCycles: number) {
  const { space, problem, proof, waits } = latencyProof(task, engine, resultCycles);
  const { layers } = task.mapping;
  const useful = (copies: readonly number[]) => copies.map((value, i) => Math.min(value, space.most[i]!));
  const maxEvaluations = task.maxEvaluations ?? MAX_EVALUATIONS;
  const evaluator = latencyEvaluator(engine, problem, space, proof);
  const greedy = useful(layers.map(({ copies }) => copies));
  const search = new Search(space, evaluator, greedy, task.seed, { ...task, maxEvaluations });
  const greedyCycles = search.cost;
  search.goTo(useful(duplicate(task.fit, 'sum')));
  yield* trim(search);
  search.target = proof.below(search.best.cost) / (1 - task.gap);
  yield* descend(search);
  const work = WORK_PER_EVALUATION * Math.min(maxEvaluations, MOST_EVALUATIONS_OF_WORK) * proof.sets;
  const split = new SplitBound(waits, space, proof, work);
  let bound = yield* closeGap(search, proof, task.gap, undefined, split);
  if (!search.isOver) {
    const { cost } = search.best;
    yield* task.policy(search);
    if (search.best.cost < cost && search.best.cost > bound)
      bound = yield* closeGap(search, proof, task.gap, undefined, split);
  }
  yield* trim(search);
  return { search, bound, greedyCycles };
}

/** The space of copies that matter to the latency, the sets of each layer, and what proves its bound. */
export function latencyProof(task: Task, engine: Engine, resultCycles: number) {
  const { workload, fit } = task;
  const { network, granularity, problem } = workload;
  const sets = fit.layers.map(({ layer }) => {
    const { shape } = network.layers[layer]!;
    return setCount(shape, setShape(granularity, shape));
  });
  const total = sets.reduce((sum, count) => sum + count, 0);
  if (total > MAX_SETS) {
    throw new ClsaCimError(
      `the network has ${total} sets and the optimiser takes at most ${MAX_SETS}; use coarser sets, such as ` +
        'granularity row, or a smaller input',
      'input',
      { code: 'OUT_OF_MEMORY' },
    );
  }
  const space = spaceOf(fit.layers, fit.there, sets);
  engine.load(problem.words);
  engine.setResultDelay(resultCycles - 1);
  const waits = dependenciesOf(engine, problem, resultCycles);
  return { space, sets, problem, waits, proof: new LatencyBound(waits, space) };
}
