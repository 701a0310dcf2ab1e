import { Header, Node, type NodeWide } from '../../../assembly/simulation/layout.ts';
import type { EngineInstance } from '../../engine/instance.ts';
import type { EngineRecord } from '../../engine/memory.ts';
import type { SimulationGraph } from '../model/graph.ts';

/** The words of a node of the simulation that is loaded. */
export type NodeRecord = EngineRecord<Node, NodeWide>;

/** Record of node `index`. */
export function nodeAt({ memory, start }: EngineInstance, index: number): NodeRecord {
  return memory.recordOf(start + Header.WORDS * 4, index, Node.WORDS);
}

/** Share of all sets that have started. */
export function shareDone({ nodes, batch }: SimulationGraph, instance: EngineInstance): number {
  let done = 0;
  let all = 0;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodeAt(instance, index);
    const sets = node.word(Node.SETS);
    done += node.word(Node.NEXT_INFERENCE) * sets + node.word(Node.NEXT_SET);
    all += (nodes[index]!.inferences?.count ?? batch) * sets;
  }
  return done / all;
}
