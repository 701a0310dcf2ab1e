import type { Engine } from '../engine/engine.ts';
import type { Problem } from '../workload/problem.ts';
import type { LatencyBound } from './latency-bound.ts';
import type { Evaluator } from './search.ts';
import type { Space } from './space.ts';

/**
 * Costs are makespans in cycles, of the real schedule, of which only what changed is done again. Nothing is scheduled where
 * the proof knows that one of the changed layers alone is over the limit.
 *
 * @param engine Has the problem loaded.
 * @param proof Of the same problem and space; so slow copies are given up early.
 */
export function latencyEvaluator(
  engine: Engine,
  { baseLayers }: Problem,
  { most }: Space,
  proof?: LatencyBound,
): Evaluator {
  engine.openUpdates(most);
  for (const [layer, cycles] of proof?.shortestTails().entries() ?? []) {
    engine.setTail(baseLayers[layer]!, cycles);
  }
  // What the engine has not been told yet.
  const layers: number[] = [];
  const copies: number[] = [];
  const forget = () => {
    layers.length = 0;
    copies.length = 0;
  };
  const isKnownOver = (limit: number) => {
    if (proof === undefined || limit === Infinity) return false;
    for (let i = 0; i < layers.length; i++) {
      if (proof.leastWith(layers[i]!, copies[i]!) > limit) return true;
    }
    return false;
  };
  return {
    setCopies(layer, count) {
      layers.push(layer);
      copies.push(Math.min(count, most[layer]!));
    },
    cost(limit) {
      if (isKnownOver(limit)) return Infinity;
      for (let i = 0; i < layers.length; i++) engine.setCopies(baseLayers[layers[i]!]!, copies[i]!);
      forget();
      return engine.update(limit);
    },
    undo() {
      if (layers.length > 0) forget();
      else engine.undo();
    },
  };
}
