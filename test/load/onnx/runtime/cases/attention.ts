import { INT32, INT64, UINT8, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { one } from './one.ts';

const triple = { x: [1, 5, 8], others: { k: [1, 6, 8], v: [1, 6, 8] } };
const four = {
  x: [1, 2, 5, 4],
  others: { k: [1, 2, 6, 4], v: [1, 2, 6, 4] },
  input: 'last',
  reader: 'last',
} as const;
const causal = 'all keys and values are read, a causal mask or not';

/** Attention in one node. */
export const attention: readonly OperatorCase[] = [
  one('Attention', { q_num_heads: 2, kv_num_heads: 2 }, { ...triple, opset: 23 }),
  one(
    'Attention',
    { q_num_heads: 2, kv_num_heads: 2, is_causal: 1 },
    { ...triple, opset: 23, coarse: causal },
  ),
  one(
    'Attention',
    { q_num_heads: 4, kv_num_heads: 2 },
    { x: [1, 5, 16], others: { k: [1, 6, 8], v: [1, 6, 8] }, opset: 23 },
  ),
  one(
    'Attention',
    {},
    { ...four, opset: 23, coarse: 'all of keys and values is read, not one head of them' },
  ),
  one(
    'RotaryEmbedding',
    { num_heads: 2, interleaved: 0 },
    { opset: 23, x: [1, 5, 8], initializers: { c: weights(1, 5, 2), s: weights(1, 5, 2) } },
  ),
  one(
    'com.microsoft:Attention',
    { num_heads: 2 },
    { x: [1, 5, 8], initializers: { w: weights(8, 24), b: weights(24) } },
  ),
  one(
    'com.microsoft:Attention',
    { num_heads: 2, unidirectional: 1 },
    { x: [1, 5, 8], initializers: { w: weights(8, 24), b: weights(24) }, coarse: causal },
  ),
  one(
    'com.microsoft:QAttention',
    { num_heads: 2 },
    {
      x: [1, 5, 8],
      types: { x: UINT8 },
      ranges: { x: [0, 255] },
      inputs: 'x w b xs ws _ xz wz',
      initializers: {
        w: { dims: [8, 24], ints: Array.from({ length: 192 }, (_, i) => (i * 7) % 11), type: UINT8 },
        b: weights(24),
        xs: { dims: [], floats: [0.01] },
        ws: { dims: [], floats: [0.01] },
        xz: { dims: [], ints: [128], type: UINT8 },
        wz: { dims: [], ints: [5], type: UINT8 },
      },
    },
  ),
  one('com.microsoft:MultiHeadAttention', { num_heads: 2 }, triple),
  one(
    'com.microsoft:MultiHeadAttention',
    { num_heads: 2, unidirectional: 1 },
    { ...triple, others: { k: [1, 5, 8], v: [1, 5, 8] }, coarse: causal },
  ),
  one(
    'com.microsoft:GroupQueryAttention',
    { num_heads: 4, kv_num_heads: 2 },
    {
      x: [1, 5, 32],
      others: { k: [1, 5, 16], v: [1, 5, 16] },
      inputs: 'x k v _ _ l t',
      initializers: { l: { dims: [1, 1], ints: [4], type: INT32 }, t: { dims: [1], ints: [5], type: INT32 } },
      outputs: 'y pres_k pres_v',
      coarse: causal,
    },
  ),
  one(
    'com.microsoft:RotaryEmbedding',
    {},
    {
      x: [1, 5, 8],
      inputs: 'x p c s',
      initializers: { p: { dims: [1, 5], ints: [0, 1, 2, 3, 4] }, c: weights(9, 4), s: weights(9, 4) },
    },
  ),
  one(
    'com.microsoft:RotaryEmbedding',
    {},
    {
      x: [1, 5, 8],
      inputs: 'x p c s',
      others: { p: [1, 5] },
      types: { p: INT64 },
      ranges: { p: [0, 8] },
      initializers: { c: weights(9, 4), s: weights(9, 4) },
      note: 'positions that come in',
    },
  ),
  one(
    'com.microsoft:EmbedLayerNormalization',
    {},
    {
      x: [1, 5],
      types: { x: INT32 },
      ranges: { x: [0, 8] },
      inputs: 'x _ w p _ g b',
      initializers: { w: weights(9, 4), p: weights(7, 4), g: weights(4), b: weights(4) },
      outputs: 'y _',
    },
  ),
  one('Attention', { q_num_heads: 2, kv_num_heads: 2 }, { ...triple, opset: 24 }),
  one(
    'Attention',
    { q_num_heads: 2, kv_num_heads: 2 },
    {
      ...triple,
      opset: 23,
      others: { ...triple.others, mask: [5, 6] },
      note: 'a mask that comes in',
      coarse: 'all of a mask is read, not the row of the query',
    },
  ),
  one(
    'Attention',
    { q_num_heads: 2, kv_num_heads: 2 },
    {
      x: [1, 5, 8],
      others: { k: [1, 6, 8], v: [1, 6, 8], pk: [1, 2, 3, 4], pv: [1, 2, 3, 4] },
      opset: 23,
      inputs: 'x k v _ pk pv',
      outputs: 'y present_k present_v',
      reader: 'none',
      coarse: 'keys and values that are handed on wait for all tokens',
    },
  ),
  one('Attention', { q_num_heads: 2, kv_num_heads: 2, softcap: { float: 2 } }, { ...triple, opset: 23 }),
  one(
    'RotaryEmbedding',
    {},
    {
      opset: 23,
      x: [1, 2, 5, 4],
      input: 'last',
      reader: 'last',
      initializers: { c: weights(1, 5, 2), s: weights(1, 5, 2) },
    },
  ),
  one(
    'RotaryEmbedding',
    { num_heads: 2, rotary_embedding_dim: 2 },
    {
      opset: 23,
      x: [1, 5, 8],
      inputs: 'x c s p',
      initializers: { c: weights(9, 1), s: weights(9, 1), p: { dims: [1, 5], ints: [0, 1, 2, 3, 8] } },
    },
  ),
  one(
    'com.microsoft:Attention',
    { num_heads: 2, qkv_hidden_sizes: [8, 8, 4] },
    { x: [1, 5, 8], initializers: { w: weights(8, 20), b: weights(20) } },
  ),
  one(
    'com.microsoft:Attention',
    { num_heads: 2 },
    {
      x: [1, 5, 8],
      inputs: 'x w b m',
      others: { m: [1, 5] },
      types: { m: INT32 },
      ranges: { m: [0, 1] },
      initializers: { w: weights(8, 24), b: weights(24) },
      note: 'a mask that comes in',
    },
  ),
  one(
    'com.microsoft:GroupQueryAttention',
    { num_heads: 2, kv_num_heads: 1 },
    {
      x: [1, 5, 32],
      inputs: 'x _ _ _ _ l t',
      initializers: { l: { dims: [1, 1], ints: [4], type: INT32 }, t: { dims: [1], ints: [5], type: INT32 } },
      outputs: 'y present_k present_v',
      reader: 'none',
      note: 'packed',
      coarse: causal,
    },
  ),
];
