import { paper } from '../src/architecture/presets.ts';
import { Engine } from '../src/engine/engine.ts';
import { mapNetwork } from '../src/map/mapping.ts';
import { dependenciesOf } from '../src/optimize/dependencies.ts';
import { LatencyBound } from '../src/optimize/latency-bound.ts';
import { latencyEvaluator } from '../src/optimize/latency-evaluator.ts';
import { localSearch } from '../src/optimize/local-search.ts';
import { type Evaluator, Search } from '../src/optimize/search.ts';
import { type Space, spaceOf } from '../src/optimize/space.ts';
import { lower, type Problem } from '../src/workload/problem.ts';
import { type Measurement, measureOnce } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/**
 * The optimiser on one network at pixel sets with 32 extra PEs: `optimize-incremental` is a vector of copies of
 * its search, with the schedules of only what changed, `optimize-full` with those of all layers.
 */
export function optimizeBenchmarks(name: string, quick: boolean): Measurement[] {
  const prepared = prepare(name, 'pixel');
  const { layers, totalPes } = mapNetwork(prepared.network, paper, { extraPes: 32 });
  const space = spaceOf(
    layers,
    [totalPes],
    layers.map(({ mvms }) => mvms),
  );
  const problem = lower(prepared.network, 'pixel');
  const limits = { maxEvaluations: quick ? 200 : 20_000, deadline: Infinity };
  const evaluators = {
    'optimize-incremental': incrementalEvaluator(loaded(problem), problem, space),
    'optimize-full': fullEvaluator(loaded(problem), problem, prepared.copies),
  };
  return Object.entries(evaluators).map(([variant, evaluator]) => {
    const search = new Search(space, evaluator, prepared.copies, 1, limits);
    const { measurement } = measureOnce(subject(variant, prepared), () => {
      for (const _ of localSearch(search));
    });
    const secondsPerRun = measurement.secondsPerRun / search.evaluations;
    return { ...measurement, secondsPerRun, setsPerSecond: prepared.sets / secondsPerRun };
  });
}

function loaded({ words }: Problem): Engine {
  const engine = new Engine();
  engine.load(words);
  return engine;
}

/** As `optimize` has it. */
function incrementalEvaluator(engine: Engine, problem: Problem, space: Space): Evaluator {
  const proof = new LatencyBound(dependenciesOf(engine, problem, 1), space);
  return latencyEvaluator(engine, problem, space, proof);
}

/** What {@link latencyEvaluator} does, without its short cuts. */
function fullEvaluator(engine: Engine, { baseLayers }: Problem, start: readonly number[]): Evaluator {
  const copies = [...start];
  let before = [...start];
  let changed = [...start];
  return {
    setCopies: (layer, value) => {
      changed[layer] = value;
    },
    cost: () => {
      before = [...copies];
      copies.splice(0, copies.length, ...changed);
      engine.schedule(copies);
      return baseLayers.reduce((end, layer) => Math.max(end, engine.endCycle(layer)), 0);
    },
    undo: () => {
      copies.splice(0, copies.length, ...before);
      changed = [...before];
    },
  };
}
