import { resultDelayOf, type SimulationGraph } from './model/graph.ts';
import type { SimulationRun } from './play/engine.ts';

/** The base layer whose copies have the most to compute: no run is shorter than its MVMs. */
export interface Bottleneck {
  /** Its name. */
  readonly layer: string;
  /** Copies of its weights. */
  readonly copies: number;
  /** Clock cycles of MVMs of each copy, over all inferences, from the first start to the last result. */
  readonly mvmCycles: number;
}

/** The bottleneck of a run; the first one of several. */
export function bottleneck(graph: SimulationGraph, run: SimulationRun): Bottleneck {
  // Of all groups: no group is shorter.
  const layers = graph.nodes.flatMap(({ kind, name, copies }, i) => {
    if (kind !== 'base') return [];
    const mvmCycles = Math.ceil(run.nodes[i]!.computeCycles / copies.length) + resultDelayOf(graph);
    return [{ layer: name, copies: copies.length, mvmCycles }];
  });
  return layers.reduce((most, layer) => (layer.mvmCycles > most.mvmCycles ? layer : most));
}
