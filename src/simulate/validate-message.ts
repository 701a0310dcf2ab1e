import { oneLine } from '../input/show.ts';
import type { NodeSets } from './node-sets.ts';

/** A node as errors of a validation call it. */
export function nodeInWords({ kind, name }: Pick<NodeSets, 'kind' | 'name'>): string {
  return `${kind === 'base' ? 'layer' : kind} ${oneLine(name)}`;
}

/** @throws Error that names a set and what is wrong with it. */
export function refuseSet(node: NodeSets, k: number, problem: string): never {
  const sets = node.count / node.inferences;
  const where = `set ${k % sets} of inference ${Math.floor(k / sets)}`;
  throw new Error(`${nodeInWords(node)}, ${where}, cycles ${node.start(k)} to ${node.finish(k)}: ${problem}`);
}
