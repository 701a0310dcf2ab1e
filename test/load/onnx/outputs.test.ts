import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Network } from '../../../src/network/network.ts';
import { load } from './helpers.ts';
import { loadOnnx } from './load-onnx.ts';
import { int, node, weights } from './onnx-writer.ts';

const RESNET18 = new URL('../../../../shared/models/onnx/resnet18.onnx', import.meta.url);

function outputsOf({ layers, outputs }: Network): string[] {
  return outputs.map((index) => layers[index]!.name);
}

describe('outputs of an ONNX graph', () => {
  const conv = {
    inputs: { x: [1, 3, 8, 8] },
    initializers: { w: weights(4, 3, 3, 3), b: weights(4) },
    nodes: [
      node('Conv', 'x w b', 'c', { pads: [1, 1, 1, 1] }, 'conv'),
      node('Relu', 'c', 'r', {}, 'relu'),
      node('GlobalAveragePool', 'r', 'g', {}, 'pool'),
      node('Sigmoid', 'r', 's', {}, 'unread'),
      node('Identity', 'b', 'same'),
    ],
  };

  test('are those that it says, whoever reads them', () => {
    expect(outputsOf(load({ ...conv, outputs: ['g', 'c'] }))).toEqual(['conv/bias', 'pool']);
  });

  test('are not inputs, constants, or names that nobody makes', () => {
    expect(outputsOf(load({ ...conv, outputs: ['x', 'same', 'w', 'nothing', 'r'] }))).toEqual(['relu']);
  });

  test('are the layers that nobody reads where it says none', () => {
    expect(outputsOf(load({ ...conv, outputs: [] }))).toEqual(['pool', 'unread']);
    expect(outputsOf(load({ ...conv, outputs: ['same'] }))).toEqual(['pool', 'unread']);
  });

  test('count once where several are the same layer', () => {
    const nodes = [...conv.nodes, node('Identity', 'g', 'g2'), node('Reshape', 'g flat', 'f')];
    const initializers = { ...conv.initializers, flat: { dims: [2], ints: [1, 4] } };
    expect(outputsOf(load({ ...conv, initializers, nodes, outputs: ['g', 'g2'] }))).toEqual(['pool']);
  });

  test('are what post-processing reads that is left out', () => {
    const network = load({
      inputs: { x: [1, 4, 10] },
      initializers: { w: weights(4, 10, 10), k: int(5) },
      nodes: [
        node('MatMul', 'x w', 'scores', {}, 'scores'),
        node('Relu', 'x', 'boxes', {}, 'boxes'),
        node('Relu', 'boxes', 'wide', {}, 'wide'),
        node('NonMaxSuppression', 'boxes scores k', 'picked', {}, 'nms'),
        node('Gather', 'wide picked', 'y', { axis: 1 }, 'gather'),
      ],
      outputs: ['y'],
    });
    expect(outputsOf(network)).toEqual(['scores', 'boxes', 'wide']);
  });

  test.skipIf(!existsSync(RESNET18))('of resnet18 is its classifier', () => {
    const network = loadOnnx(RESNET18.pathname);
    expect(network.outputs).toEqual([network.layers.length - 1]);
  });
});
