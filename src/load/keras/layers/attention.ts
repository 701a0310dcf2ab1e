import * as v from 'valibot';
import { alongAxes, dense, einsum, elementwise, reshape } from '../../../network/operators/index.ts';
import { ALL, SAME } from '../../../network/reads.ts';
import { elements, type Tensor } from '../../../network/tensor.ts';
import { quantised } from '../bits.ts';
import { axisOf, configured, fail, type LayerCall, type LayerKind } from '../layer-kind.ts';
import { flag, integers, onByDefault, perDimension, positive } from '../schema.ts';

/** Query, value and key of an attention; the key is the value unless given. */
function operands(call: LayerCall): { query: Tensor; value: Tensor; key: Tensor } {
  const { inputs, named } = call;
  const query = named.query?.[0] ?? inputs[0];
  const value = named.value?.[0] ?? inputs[1];
  const key = named.key?.[0] ?? inputs[2] ?? value;
  if (query === undefined || value === undefined || key === undefined) {
    throw fail(call, 'needs a query and a value');
  }
  return { query, value, key };
}

/** The same, of sequences. */
function sequences(call: LayerCall): { query: Tensor; value: Tensor; key: Tensor } {
  const all = operands(call);
  if (Object.values(all).some(({ dims }) => dims.length !== 3)) {
    throw fail(call, 'query, value and key must be sequences of 3 dimensions (batch, positions, features)');
  }
  return all;
}

/**
 * softmax(query · keyᵀ) · value, for tensors [1, positions…, heads, features] and an attention over some of the
 * axes of positions; the others, and the heads, are by themselves.
 *
 * @returns the values [1, positions…, heads, features], and the scores
 */
function attend(
  { b, name }: LayerCall,
  { query, key, value }: { query: Tensor; key: Tensor; value: Tensor },
  attentionAxes: readonly number[],
): [Tensor, Tensor] {
  const rank = query.dims.length;
  const letters = query.dims.map((_, axis) => String.fromCharCode(97 + axis));
  const others = letters.map((letter, axis) =>
    attentionAxes.includes(axis) ? letter.toUpperCase() : letter,
  );
  const batch = letters.filter((_, axis) => axis < rank - 1 && !attentionAxes.includes(axis));
  const pick = (from: readonly string[]) => attentionAxes.map((axis) => from[axis]!);
  const scoreLetters = [...batch, ...pick(letters), ...pick(others)].join('');
  const [queries, keys, features] = [letters, others, letters.with(rank - 1, 'z')].map((all) => all.join(''));
  const values = [...others.slice(0, -1), 'z'].join('');
  const products = einsum(b, `${name}/scores`, `${queries},${keys}->${scoreLetters}`, [query, key]);
  const last = products.dims.length;
  const softmaxAxes = attentionAxes.map((_, i) => last - 1 - i);
  const scores = alongAxes(b, { name: `${name}/softmax`, op: 'Softmax' }, products, softmaxAxes);
  const mixed = einsum(b, `${name}/attention`, `${scoreLetters},${values}->${features}`, [scores, value]);
  return [mixed, scores];
}

/** Attention without weights. */
const attention: LayerKind = configured(v.object({}), (call) => {
  const { query, value, key } = sequences(call);
  const headed = (tensor: Tensor) =>
    reshape(call.b, call.name, tensor, [1, tensor.dims[1]!, 1, tensor.dims[2]!]);
  const all = { query: headed(query), value: headed(value), key: headed(key) };
  const [mixed, scores] = attend(call, all, [1]);
  const [, positions, keys] = [1, query.dims[1]!, value.dims[1]!];
  return [
    reshape(call.b, call.name, mixed, [1, positions!, value.dims[2]!]),
    reshape(call.b, call.name, scores, [1, positions!, keys!]),
  ];
});

/** AdditiveAttention: the scores are sums of tanh(query + key), for which there is no matrix product. */
const additiveAttention: LayerKind = (call) => {
  const { query, value, key } = sequences(call);
  const [, positions, features] = query.dims as [number, number, number];
  const [keys, valueFeatures] = [key.dims[1]!, value.dims[2]!];
  const rows = call.b.withAxes(query, ...axesOfSequence(query));
  const operations = positions * keys * (3 * features + 1 + valueFeatures);
  return call.b.layer(
    { name: call.name, op: 'AdditiveAttention', operations },
    [
      { tensor: rows, rows: SAME, columns: SAME },
      ...[key, value].map((tensor) => ({ tensor, rows: ALL, columns: ALL })),
    ],
    { dims: [1, positions, valueFeatures], h: rows.h, w: rows.w },
  );
};

/** A sequence lies along H or along W. */
function axesOfSequence({ h, w }: Tensor): [number, number] {
  return w === 1 && h !== 1 ? [-1, 1] : [1, -1];
}

/** Projects the last axis to that of every head: [1, positions…, heads, size]. */
function project(
  call: LayerCall,
  part: string,
  tensor: Tensor,
  o: { heads: number; size: number; bias: boolean },
): Tensor {
  const { b, name } = call;
  const outputFeatures = o.heads * o.size;
  const flat = quantised(call, tensor, 'kernel_quantizer', () =>
    dense(b, `${name}/${part}`, tensor, { outputFeatures, bias: o.bias }),
  );
  return reshape(b, `${name}/${part}/heads`, flat, [...tensor.dims.slice(0, -1), o.heads, o.size]);
}

/** The heads of all positions side by side again, gated where there is a gate, and projected to `features`. */
function output(
  call: LayerCall,
  mixed: Tensor,
  o: { features: readonly number[]; bias: boolean; gate: Tensor | undefined },
): Tensor {
  const { b, name } = call;
  const gated = o.gate === undefined ? mixed : elementwise(b, `${name}/gated`, 'Mul', [mixed, o.gate]);
  const positions = gated.dims.slice(0, -2);
  const joined = reshape(b, `${name}/joined`, gated, [...positions, elements(gated.dims.slice(-2))]);
  const outputFeatures = elements(o.features);
  const projected = quantised(call, undefined, 'kernel_quantizer', () =>
    dense(b, `${name}/attention_output`, joined, { outputFeatures, bias: o.bias }),
  );
  return reshape(b, `${name}/output`, projected, [...positions, ...o.features]);
}

function sigmoidGate(
  call: LayerCall,
  query: Tensor,
  o: { heads: number; size: number; bias: boolean },
): Tensor {
  const gate = project(call, 'gate', query, o);
  return call.b.positionwise({ name: `${call.name}/gate/sigmoid`, op: 'Sigmoid' }, gate);
}

/**
 * MultiHeadAttention: four Dense base layers (five with a gate), and between them two MatMuls of activations and a
 * softmax.
 */
const multiHeadAttention: LayerKind = configured(
  v.object({
    num_heads: positive,
    key_dim: positive,
    value_dim: v.nullish(positive),
    use_bias: onByDefault,
    use_gate: flag,
    attention_axes: v.nullish(integers),
    output_shape: v.nullish(v.union([positive, perDimension(positive)], 'one positive integer or several')),
  }),
  (call, config) => {
    const { query, value, key } = operands(call);
    const rank = query.dims.length;
    if (rank < 3 || value.dims.length !== rank || key.dims.length !== rank) {
      throw fail(call, 'query, value and key must have the same number of dimensions, 3 at least');
    }
    const axes =
      config.attention_axes?.map((axis) => axisOf(call, axis, rank)) ??
      [...query.dims.slice(1, -1).keys()].map((axis) => axis + 1);
    if (axes.some((axis) => axis === 0 || axis === rank - 1)) {
      throw fail(call, 'attention_axes name the batch or the features');
    }
    const sizes = { heads: config.num_heads, size: config.key_dim, bias: config.use_bias };
    const valueSizes = { ...sizes, size: config.value_dim ?? config.key_dim };
    const projected = {
      query: project(call, 'query', query, sizes),
      key: project(call, 'key', key, sizes),
      value: project(call, 'value', value, valueSizes),
    };
    const gate = config.use_gate ? sigmoidGate(call, query, valueSizes) : undefined;
    const [mixed, scores] = attend(call, projected, axes);
    const features = [config.output_shape ?? query.dims.at(-1)!].flat();
    return [output(call, mixed, { features, bias: sizes.bias, gate }), scores];
  },
);

/** GroupQueryAttention: several heads of the queries share one of the keys and values. */
const groupQueryAttention: LayerKind = configured(
  v.object({
    head_dim: positive,
    num_query_heads: positive,
    num_key_value_heads: positive,
    use_bias: onByDefault,
    use_gate: flag,
  }),
  (call, config) => {
    const { b, name } = call;
    const { query, value, key } = sequences(call);
    const { num_query_heads: heads, num_key_value_heads: keyHeads } = config;
    if (heads % keyHeads !== 0) {
      throw fail(call, `${heads} heads of queries cannot share ${keyHeads} heads of keys and values`);
    }
    const sizes = { size: config.head_dim, bias: config.use_bias };
    const shared = (part: string, tensor: Tensor) => {
      const own = project(call, part, tensor, { ...sizes, heads: keyHeads });
      if (heads === keyHeads) return own;
      const output = { dims: own.dims.with(2, heads), h: own.h, w: own.w };
      return b.positionwise({ name: `${name}/${part}/repeat`, op: 'Expand' }, own, output);
    };
    const projected = {
      query: project(call, 'query', query, { ...sizes, heads }),
      key: shared('key', key),
      value: shared('value', value),
    };
    const gate = config.use_gate ? sigmoidGate(call, query, { ...sizes, heads }) : undefined;
    const [mixed, scores] = attend(call, projected, [1]);
    return [output(call, mixed, { features: [query.dims[2]!], bias: sizes.bias, gate }), scores];
  },
);

/** softmax(query · keyᵀ) · value of keras.ops, for [1, positions, heads, features]; keys and values may have fewer heads. */
export const dotProductAttention: LayerKind = (call) => {
  const [query, key, value] = call.operands;
  if (query === undefined || key === undefined || value === undefined || query.dims.length !== 4) {
    throw fail(call, 'needs a query, a key and a value of 4 dimensions');
  }
  const spread = (part: string, tensor: Tensor) => {
    if (tensor.dims[2] === query.dims[2]) return tensor;
    const output = { dims: tensor.dims.with(2, query.dims[2]!), h: tensor.h, w: tensor.w };
    return call.b.positionwise({ name: `${call.name}/${part}/repeat`, op: 'Expand' }, tensor, output);
  };
  return attend(call, { query, key: spread('key', key), value: spread('value', value) }, [1])[0];
};

/** The layers of this family, by class. */
export const ATTENTION_LAYERS: Readonly<Record<string, LayerKind>> = {
  AdditiveAttention: additiveAttention,
  Attention: attention,
  GroupQueryAttention: groupQueryAttention,
  GroupedQueryAttention: groupQueryAttention,
  MultiHeadAttention: multiHeadAttention,
};
