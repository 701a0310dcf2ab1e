import { expect, test } from 'vitest';
import { mapNetwork, readArchitecture, zooNetwork } from '../../src/index.ts';
import { baseLayers } from '../../src/network/network.ts';
import { networkGraphOf } from '../../src/picture/network-graph.ts';

const paper = readArchitecture('paper');

test.each(['vgg16', 'resnet50', 'tinyyolov4', 'bert_base'])(
  'the graph of %s has all of its layers',
  (name) => {
    const network = zooNetwork(name);
    const mapping = mapNetwork(network, paper, { extraPes: 100 });
    const { nodes, edges } = networkGraphOf(network, mapping.layers);
    expect(nodes.flatMap(({ ops }) => ops).toSorted()).toEqual(network.layers.map(({ op }) => op).toSorted());
    const bases = nodes.filter(({ kind }) => kind === 'base');
    expect(bases.map((node) => node.name)).toEqual(baseLayers(network).map((layer) => layer.name));
    expect(bases.reduce((sum, { pes = 0, copies = 0 }) => sum + pes * copies, 0)).toBe(mapping.usedPes);
    for (const [from, to] of edges) expect(from).toBeLessThan(to);
    // All that computes reads something.
    const readers = new Set(edges.map(([, to]) => to));
    expect(nodes.flatMap(({ kind }, i) => (kind === 'input' || readers.has(i) ? [] : [i]))).toEqual([]);
  },
);

test('layers without PEs that follow each other are one node, unless others read between them', () => {
  const { nodes } = networkGraphOf(zooNetwork('resnet50'), []);
  const ops = nodes.map(({ ops: all }) => all.join(' '));
  expect(ops).toContain('BiasAdd Relu MaxPool');
  expect(ops).toContain('Add Relu');
  const isOther = ops.map((op) => /^(BiasAdd|Relu|Pad|MaxPool)/.test(op));
  expect(isOther.filter(Boolean).length).toBeLessThan(60);
});
