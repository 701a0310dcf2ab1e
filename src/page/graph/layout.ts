import { Graph, layout } from '@dagrejs/dagre';
import type { NetworkGraph } from '../../picture/network-graph.ts';

/** Size of a node, in pixels. */
export const NODE = { width: 190, height: 58 };

/** Where nodes and edges of a graph are, in pixels, from the top down. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** Middle of every node. */
  readonly nodes: readonly { readonly x: number; readonly y: number }[];
  /** Points that every edge goes through. */
  readonly edges: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

/** Lays a graph out in layers. */
export function layoutOf({ nodes, edges }: NetworkGraph): GraphLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 28, ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach((_, i) => {
    graph.setNode(String(i), { ...NODE });
  });
  for (const [from, to] of edges) graph.setEdge(String(from), String(to));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: nodes.map((_, i) => {
      const { x, y } = graph.node(String(i));
      return { x, y };
    }),
    edges: edges.map(([from, to]) => graph.edge(String(from), String(to)).points),
  };
}
