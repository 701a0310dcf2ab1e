import * as v from 'valibot';
import { alongAxes, dense, matmul, reshape, transpose } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { configured, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { flag, positive } from '../schema.ts';
import { activate } from './activation.ts';

const useBias = v.nullish(v.boolean('true or false'), true);

/** Dense works on the last axis: every position of a map or sequence is an MVM. */
const denseLayer: LayerKind = configured(v.object({ units: positive, use_bias: useBias }), (call, config) => {
  const input = onlyInput(call);
  if (input.dims.length < 2) throw fail(call, 'needs an input of at least 2 dimensions');
  const output = dense(call.b, call.name, input, { outputFeatures: config.units, bias: config.use_bias });
  return activate(call, output);
});

/** Embedding: one row of a table for every index. */
const embedding: LayerKind = configured(v.object({ output_dim: positive }), (call, config) => {
  const input = onlyInput(call);
  const dims = [...input.dims, config.output_dim];
  const axes = dims.length === 3 ? call.sequenceAxes : { h: -1, w: -1 };
  return call.b.everything({ name: call.name, op: 'Embedding' }, [input], { dims, ...axes });
});

/** softmax(query · keyᵀ) · value, for tensors [1, heads…, T, features]. */
function attend(call: LayerCall, query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor] {
  const { b, name } = call;
  const rank = key.dims.length;
  const swapped = key.dims.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  const products = matmul(b, `${name}/scores`, query, transpose(key, swapped));
  const scores = alongAxes(b, { name: `${name}/softmax`, op: 'Softmax' }, products, [rank - 1]);
  return [matmul(b, `${name}/attention`, scores, value), scores];
}

/** Query, value and key of an attention; the key is the value unless given. */
function operands(call: LayerCall): [query: Tensor, value: Tensor, key: Tensor] {
  const { inputs, named } = call;
  const query = named.query?.[0] ?? inputs[0];
  const value = named.value?.[0] ?? inputs[1];
  const key = named.key?.[0] ?? inputs[2] ?? value;
  const all = [query, value, key];
  if (query === undefined || value === undefined || key === undefined) {
    throw fail(call, 'needs a query and a value');
  }
  if (all.some((tensor) => tensor?.dims.length !== 3)) {
    throw fail(call, 'query, value and key must be sequences of 3 dimensions (batch, positions, features)');
  }
  return [query, value, key];
}

/** Attention without weights. */
const attention: LayerKind = configured(v.object({ return_attention_scores: flag }), (call) => {
  const [query, value, key] = operands(call);
  return attend(call, query, key, value);
});

/** MultiHeadAttention: four Dense base layers, and between them two MatMuls of activations and a softmax. */
const multiHeadAttention: LayerKind = configured(
  v.object({
    num_heads: positive,
    key_dim: positive,
    value_dim: v.nullish(positive),
    use_bias: useBias,
    output_shape: v.nullish(
      v.union([positive, v.pipe(v.array(positive), v.length(1))], 'one positive integer'),
    ),
  }),
  (call, config) => {
    const { b, name } = call;
    const [query, value, key] = operands(call);
    const bias = config.use_bias;
    const heads = config.num_heads;
    const valueDim = config.value_dim ?? config.key_dim;
    const project = (part: string, tensor: Tensor, size: number) => {
      const flat = dense(b, `${name}/${part}`, tensor, { outputFeatures: heads * size, bias });
      const split = reshape(b, `${name}/${part}/heads`, flat, [1, tensor.dims[1]!, heads, size]);
      return transpose(split, [0, 2, 1, 3]);
    };
    const [mixed, scores] = attend(
      call,
      project('query', query, config.key_dim),
      project('key', key, config.key_dim),
      project('value', value, valueDim),
    );
    const rows = transpose(mixed, [0, 2, 1, 3]);
    const joined = reshape(b, `${name}/joined`, rows, [1, rows.dims[1]!, heads * valueDim]);
    const outputFeatures = [config.output_shape ?? query.dims[2]!].flat()[0]!;
    return [dense(b, `${name}/attention_output`, joined, { outputFeatures, bias }), scores];
  },
);

export const DENSE_LAYERS: Readonly<Record<string, LayerKind>> = {
  Attention: attention,
  Dense: denseLayer,
  Embedding: embedding,
  MultiHeadAttention: multiHeadAttention,
};
