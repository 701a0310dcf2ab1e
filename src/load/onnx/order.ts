import { ClsaCimError } from '../../errors.ts';
import type { Graph, Node } from './model.ts';

/** A node's name as errors show it: its own, or that of its first output. */
export function nodeName(node: Node): string {
  return node.name || node.outputs.find((output) => output !== '') || `unnamed ${node.op}`;
}

/** Names that a node reads, also from inside the graphs of its attributes. */
export function namesRead(node: Node): string[] {
  const inner = [...node.attributes.values()].flatMap(({ graph }) => (graph ? freeNames(graph) : []));
  return [...node.inputs, ...inner].filter((name) => name !== '');
}

/** Names that a graph reads from outside. */
function freeNames(graph: Graph): string[] {
  const own = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  return [...graph.nodes.flatMap(namesRead), ...graph.outputs].filter((name) => !own.has(name));
}

/**
 * The nodes so that each comes after those whose outputs it reads: the order of the file where that is
 * one, as ONNX demands.
 *
 * @throws ClsaCimError where two nodes have an output of the same name, or nodes form a cycle.
 */
export function inOrder(nodes: readonly Node[]): readonly Node[] {
  const makers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) {
      if (output === '') continue;
      const other = makers.get(output);
      if (other !== undefined) {
        throw new ClsaCimError(
          `nodes ${nodeName(nodes[other]!)} and ${nodeName(node)} both have the output ${output}; ` +
            'names of tensors must be unique, so export the model again',
        );
      }
      makers.set(output, index);
    }
  });
  const needs = nodes.map((node) => {
    const indices = namesRead(node).flatMap((name) => makers.get(name) ?? []);
    return [...new Set(indices)];
  });
  if (needs.every((indices, index) => indices.every((need) => need < index))) return nodes;
  return sorted(nodes, needs);
}

/** Depth first in the order of the file, without recursion: a chain may be longer than the stack. */
function sorted(nodes: readonly Node[], needs: readonly (readonly number[])[]): Node[] {
  const order: Node[] = [];
  const state = new Uint8Array(nodes.length); // 0: not seen, 1: waits for its inputs, 2: done
  /** Per node: how many of those that it needs are known to be done, so that none is looked at again and again. */
  const done = new Int32Array(nodes.length);
  const path: number[] = [];
  for (let root = 0; root < nodes.length; root++) {
    if (state[root] === 0) path.push(root);
    while (path.length > 0) {
      const index = path.at(-1)!;
      state[index] = 1;
      const own = needs[index]!;
      while (done[index]! < own.length && state[own[done[index]!]!] === 2) done[index]!++;
      const next = own[done[index]!];
      if (next === undefined) {
        state[index] = 2;
        order.push(nodes[index]!);
        path.pop();
      } else if (state[next] === 1) {
        const cycle = path.slice(path.indexOf(next)).map((i) => nodeName(nodes[i]!));
        const some = cycle.length > 8 ? [...cycle.slice(0, 8), '…'] : cycle;
        throw new ClsaCimError(`the nodes ${some.join(', ')} form a cycle; a network must have none`);
      } else path.push(next);
    }
  }
  return order;
}
