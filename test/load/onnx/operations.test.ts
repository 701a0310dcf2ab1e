import { expect, test } from 'vitest';
import { layerOf, load } from './helpers.ts';
import { ints, node, weights } from './onnx-writer.ts';

/** Operations that the layer `y` says. */
function operationsOf(spec: Parameters<typeof load>[0]): number | undefined {
  return layerOf(load(spec), 'y').operations;
}

test('a MatMul of two activations has its dot products', () => {
  const nodes = [node('MatMul', 'q k', 'y', {}, 'y')];
  // 2 heads of 10 x 12 results of 8 products each.
  expect(operationsOf({ inputs: { q: [1, 2, 10, 8], k: [1, 2, 8, 12] }, nodes })).toBe(2 * 10 * 12 * 8);
  // A broadcast right operand is multiplied with every head.
  expect(operationsOf({ inputs: { q: [1, 2, 10, 8], k: [8, 12] }, nodes })).toBe(2 * 10 * 12 * 8);
  const vector = load({ inputs: { q: [10, 8], k: [8] }, nodes });
  expect(vector.layers.find(({ op }) => op === 'MatMul')!.operations).toBe(10 * 8);
  const weighted = load({ inputs: { q: [1, 10, 8] }, initializers: { k: weights(8, 12) }, nodes });
  expect(layerOf(weighted, 'y').operations).toBeUndefined();
});

test('attention in one node has both products and the softmax', () => {
  const initializers = { w: weights(16, 48), b: weights(48) };
  const attention = node('com.microsoft:Attention', 'x w b', 'y', { num_heads: 2 }, 'y');
  // 10 x 10 pairs, each with 16 products for the scores, 2 heads in the softmax and 16 products for the values.
  expect(operationsOf({ inputs: { x: [1, 10, 16] }, initializers, nodes: [attention] })).toBe(100 * 34);

  const past = node('com.microsoft:Attention', 'x w b _ p', 'y', { num_heads: 2 }, 'y');
  const inputs = { x: [1, 10, 16], p: [2, 1, 2, 5, 8] };
  expect(operationsOf({ inputs, initializers, nodes: [past] })).toBe(10 * 15 * 34);

  const sizes = { num_heads: 2, qkv_hidden_sizes: [12, 12, 24] };
  const uneven = node('com.microsoft:Attention', 'x w b', 'y', sizes, 'y');
  expect(operationsOf({ inputs: { x: [1, 10, 16] }, initializers, nodes: [uneven] })).toBe(
    100 * (12 + 2 + 24),
  );

  const cross = node('com.microsoft:MultiHeadAttention', 'q k v', 'y', { num_heads: 4 }, 'y');
  const qkv = { q: [1, 10, 16], k: [1, 6, 16], v: [1, 6, 32] };
  expect(operationsOf({ inputs: qkv, nodes: [cross] })).toBe(10 * 6 * (16 + 4 + 32));

  const packed = node('com.microsoft:MultiHeadAttention', 'x', 'y', { num_heads: 4 }, 'y');
  const { layers } = load({ inputs: { x: [1, 10, 4, 3, 8] }, nodes: [packed] });
  expect(layers.at(-1)!.operations).toBe(100 * (32 + 4 + 32));

  const grouped = { num_heads: 4, kv_num_heads: 2 };
  const group = node('com.microsoft:GroupQueryAttention', 'q k v', 'y', grouped, 'y');
  const shared = { q: [1, 10, 32], k: [1, 10, 16], v: [1, 10, 16] };
  expect(operationsOf({ inputs: shared, nodes: [group] })).toBe(100 * (32 + 4 + 32));
});

test("ONNX's own attention has them too, and its scores are computed once", () => {
  const flat = node('Attention', 'q k v', 'y', { q_num_heads: 4, kv_num_heads: 2 }, 'y');
  const inputs = { q: [1, 10, 32], k: [1, 6, 16], v: [1, 6, 8] };
  expect(operationsOf({ inputs, nodes: [flat], opset: 23 })).toBe(60 * (32 + 4 + 16));

  const heads = node('Attention', 'q k v', 'y a b s', {}, 'y');
  const split = { q: [1, 4, 10, 8], k: [1, 2, 6, 8], v: [1, 2, 6, 4] };
  const network = load({ inputs: split, nodes: [heads], opset: 23 });
  expect(network.layers.filter(({ op }) => op === 'Attention').map(({ operations }) => operations)).toEqual([
    4 * 60 * (8 + 1 + 4),
    0,
  ]);
});

test('what an operator has to read more than once is said', () => {
  const lrn = node('LRN', 'x', 'y', { size: 5 }, 'y');
  expect(operationsOf({ inputs: { x: [1, 6, 4, 4] }, nodes: [lrn] })).toBe(6 * 4 * 4 * 5);
  const regions = node('MaxRoiPool', 'x rois', 'y', { pooled_shape: [2, 2] }, 'y');
  expect(operationsOf({ inputs: { x: [1, 6, 4, 4], rois: [3, 5] }, nodes: [regions] })).toBe(3 * 6 * 4 * 4);
  const top = node('TopK', 'x k', 'y i', {}, 'y');
  const spec = { inputs: { x: [1, 6, 4, 4] }, initializers: { k: ints(2) }, nodes: [top] };
  expect(operationsOf(spec)).toBeUndefined();
});
