import type { Engine } from '../engine/engine.ts';
import type { Problem } from '../workload/problem.ts';
import type { Evaluator } from './search.ts';
import type { Space } from './space.ts';

/**
 * Costs are makespans in cycles, of the real schedule, of which only what changed is done again.
 *
 * @param engine Has the problem loaded.
 * @param tails Per base layer what passes at least after its last finish: so slow copies are given up early.
 */
export function latencyEvaluator(
  engine: Engine,
  { baseLayers }: Problem,
  space: Space,
  tails: readonly number[] = [],
): Evaluator {
  engine.openUpdates(space.most);
  for (const [layer, cycles] of tails.entries()) engine.setTail(baseLayers[layer]!, cycles);
  return {
    setCopies: (layer, copies) => engine.setCopies(baseLayers[layer]!, Math.min(copies, space.most[layer]!)),
    cost: (limit) => engine.update(limit),
    undo: () => engine.undo(),
  };
}
