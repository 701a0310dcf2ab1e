import { expect, test } from 'vitest';
import type { Network } from '../../../src/network/network.ts';
import { layerOf, load, shapeOf } from './helpers.ts';
import { int, type ModelSpec, node, weights } from './onnx-writer.ts';
import { waitsFor } from './waits-for.ts';

const heads = { num_heads: 4, kv_num_heads: 2 };
const initializers = { wq: weights(32, 32), wk: weights(32, 16), wv: weights(32, 16), wp: weights(32, 64) };

/** Queries, keys and values of 6 tokens, projected from (1, 6, 32), and an attention over them. */
function attention(operands: string, outputs = 'y', more: Partial<ModelSpec> = {}): Network {
  return load({
    inputs: { x: [1, 6, 32], pk: [1, 2, 10, 8], pv: [1, 2, 10, 8] },
    nodes: [
      node('MatMul', 'x wq', 'q', {}, 'q'),
      node('MatMul', 'x wk', 'k', {}, 'k'),
      node('MatMul', 'x wv', 'v', {}, 'v'),
      node('MatMul', 'x wp', 'p', {}, 'p'),
      node('com.microsoft:GroupQueryAttention', operands, outputs, heads, 'y'),
    ],
    ...more,
    initializers: { ...initializers, ...more.initializers },
  });
}

test('a token waits for its own query, and for all keys and values', () => {
  const network = attention('q k v');
  expect(shapeOf(network, 'y')).toEqual([6, 1, 32]);
  expect(waitsFor(network, 'y', 4, 0)).toEqual({ q: '4 x 0', k: 'everything', v: 'everything' });
});

test('queries, keys and values in one tensor', () => {
  const network = attention('p');
  expect(shapeOf(network, 'y')).toEqual([6, 1, 32]);
  expect(waitsFor(network, 'y', 4, 0)).toEqual({ p: 'everything' });
});

test('caches of keys and values are there at the start, and go on longer', () => {
  const network = attention('q k v pk pv', 'y ck cv');
  expect(layerOf(network, 'y').operations).toBe(6 * 16 * (32 + 4 + 32));
  expect(shapeOf(network, 'y/present')).toEqual([16, 1, 16]);
  expect(waitsFor(network, 'y/present', 0, 0)).toEqual({ k: 'everything' });
  expect(waitsFor(network, 'y/present_1', 0, 0)).toEqual({ v: 'everything' });
});

test('a cache that is longer than what is in it stays as long as it is', () => {
  const network = attention('q k v pk pv _ total', 'y ck cv', { initializers: { total: int(8) } });
  expect(layerOf(network, 'y').operations).toBe(6 * 8 * (32 + 4 + 32));
  expect(shapeOf(network, 'y/present')).toEqual([10, 1, 16]);
});
