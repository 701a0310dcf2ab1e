import type { Attribute, FunctionBody, Node } from './model.ts';

/** What one call of a function costs: its nodes, those of the graphs in them, and its attributes. */
export function functionSize({ nodes, defaults }: FunctionBody): number {
  return nodesSize(nodes) + attributesSize(defaults);
}

function nodesSize(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { attributes }) => sum + 1 + attributesSize(attributes), 0);
}

/** Attributes count little, but a function may have as many as it likes. */
function attributesSize(attributes: ReadonlyMap<string, Attribute>): number {
  return [...attributes.values()].reduce(
    (sum, { graph }) => sum + (graph ? nodesSize(graph.nodes) : 0),
    attributes.size / 16,
  );
}
