import { expect, test } from 'vitest';
import { paper } from '../../../src/architecture/presets.ts';
import { mapNetwork } from '../../../src/map/mapping.ts';
import { buildGraph } from '../../../src/simulate/build-graph.ts';
import { indexed, type SimulationGraph } from '../../../src/simulate/model/graph.ts';
import { simulateGraph } from '../../../src/simulate/play/engine.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov3');
const graph = buildGraph(network, mapNetwork(network, paper), paper, { granularity: 'row' });

/** What a caller sees of a graph. */
function byHand({ nodes, edges, chip, batch, scheduling, mvmCycles = 1 }: SimulationGraph): SimulationGraph {
  return { nodes, edges, chip, batch, scheduling, mvmCycles };
}

test.each<[string, SimulationGraph]>([
  ['in another order', { ...graph, edges: graph.edges.toReversed() }],
  ['fewer of them', { ...graph, edges: graph.edges.slice(1) }],
])('a built graph with other edges, %s, is played as one built by hand', (_, changed) => {
  expect(simulateGraph(changed)).toEqual(simulateGraph(byHand(changed)));
});

test('who reads whom is found once for a built graph, wherever its copies are', () => {
  const moved = {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, copies: node.copies.slice(0, 1) })),
  };
  expect(indexed(graph)).toBe(graph);
  expect(indexed(moved)).toBe(moved);
});
