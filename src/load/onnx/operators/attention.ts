import { renumbered, whole } from '../../../network/layout.ts';
import * as network from '../../../network/operators/index.ts';
import { arranged, elements, isConstant, isSpatial, layoutOf, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';

/** Sizes of an attention; channels are those of all heads together for queries (N, S, C). */
interface Sizes {
  /** Channels of the queries, which are as long as the keys, and of the output. */
  readonly queryChannels: number;
  readonly channels: number;
  /** Keys that a query is compared with, those of earlier calls too. */
  readonly keys: number;
  /** Heads that `channels` are of; 1 for queries (N, heads, S, C). */
  readonly heads: number;
}

/**
 * Attention of queries (N, S, C) or (N, heads, S, C), keys and values: every row of the output waits for
 * the same row of the queries and for everything of keys, values and masks. The GPEU computes both products
 * and the softmax between them.
 */
function attend(
  node: NodeContext,
  query: Tensor,
  others: readonly (Tensor | undefined)[],
  { queryChannels, channels, keys, heads }: Sizes,
): Tensor {
  const last = query.dims.length - 1;
  const dims = query.dims.with(last, channels);
  const products = elements(query.dims.slice(0, last)) * keys;
  const operations = products * (queryChannels + heads + channels);
  const layout = renumbered(layoutOf(query).with(last, whole('c', channels)));
  const all = others.filter((tensor) => tensor !== undefined);
  const operands = all.map((tensor) => ({
    tensor,
    // Everything of the same batch, of which windows make many.
    summed: tensor.dims.flatMap((_, axis, { length }) => (axis > 0 || length !== last + 1 ? [axis] : [])),
  }));
  return node.b.byAxes(
    { ...node.kind, operations },
    [{ tensor: query, summed: [last] }, ...operands],
    arranged(dims, layout, `${node.name}_reshape`),
  );
}

/** Keys or values with those of earlier calls in front: (N, heads, past + S, C). */
function present(
  node: NodeContext,
  tensors: readonly (Tensor | undefined)[],
  dims: readonly number[],
): Tensor {
  const live = tensors.filter((tensor) => tensor !== undefined && elements(tensor.dims) > 0);
  const kind = { name: `${node.name}/present`, op: 'Concat' };
  return node.b.everything(
    kind,
    live.filter((tensor) => tensor !== undefined),
    { dims, h: dims.length - 2, w: -1 },
  );
}

/** com.microsoft Attention: projects (N, S, C) to queries, keys and values first, with constant weights. */
const projectedAttention: Operator = (node) => {
  const input = node.input(0, 3);
  const weights = node.input(1, 2);
  if (weights.dims[0] !== input.dims[2]) {
    node.fail(`weights of shape ${shown(weights.dims)} do not fit an input of shape ${shown(input.dims)}`);
  }
  const sizes = node.ints('qkv_hidden_sizes') ?? [];
  const third = weights.dims[1]! / 3;
  const [queryChannels, channels] =
    sizes.length === 3 ? [node.positive(sizes[0]!, 'the size of the queries'), sizes[2]!] : [third, third];
  const projected = isConstant(weights)
    ? network.dense(node.b, `${node.name}/qkv`, input, {
        op: 'MatMul',
        outputFeatures: weights.dims[1]!,
        bias: node.optional(2) !== undefined,
      })
    : network.matmul(node.b, `${node.name}/qkv`, input, weights);
  const quantised = node.op === 'QAttention';
  const masks = quantised
    ? [node.optional(5), node.optional(8)]
    : [node.optional(3), node.optional(4), node.optional(5)];
  const heads = node.positive(node.requiredInt('num_heads'), 'num_heads');
  const past = node.optional(quantised ? 8 : 4);
  const keys = input.dims[1]! + (past?.dims.at(-2) ?? 0);
  const size = { queryChannels, channels, keys, heads };
  const output = attend(node, projected, [projected, ...masks], size);
  if (node.outputCount < 2) return [output];
  return [output, present(node, [projected, past], [2, input.dims[0]!, heads, keys, channels / heads])];
};

/** com.microsoft MultiHeadAttention: query (N, S, C), or all three packed as (N, S, heads, 3, C). */
const multiHeadAttention: Operator = (node) => {
  const query = node.input(0, 3);
  const [key, value] = [node.optional(1), node.optional(2)];
  const packed = query.dims.length === 5;
  const flat = packed
    ? network.reshape(node.b, node.name, query, [
        query.dims[0]!,
        query.dims[1]!,
        elements(query.dims.slice(2)),
      ])
    : query;
  const [pastKey, pastValue] = [node.optional(6), node.optional(7)];
  // Values that come as (N, heads, S, C) are those of a cross attention.
  const width = value && (value.dims.length === 4 ? value.dims[1]! * value.dims[3]! : value.dims[2]!);
  const channels = packed ? flat.dims[2]! / 3 : (width ?? query.dims[2]!);
  const heads = node.positive(node.requiredInt('num_heads'), 'num_heads');
  const queryChannels = packed ? channels : query.dims[2]!;
  const keys = (key ?? flat).dims[key?.dims.length === 4 ? 2 : 1]! + (pastKey?.dims[2] ?? 0);
  const others = [key ?? flat, value ?? flat, ...[3, 4, 5, 6, 7].map((i) => node.optional(i))];
  const output = attend(node, flat, others, { queryChannels, channels, keys, heads });
  if (node.outputCount < 2) return [output];
  const keyDims = [
    query.dims[0]!,
    heads,
    keys,
    query.dims.length === 3 ? query.dims[2]! / heads : query.dims[4]!,
  ];
  return [
    output,
    present(node, [key ?? flat, pastKey], keyDims),
    present(node, [value ?? flat, pastValue], keyDims.with(3, channels / heads)),
  ];
};

/** com.microsoft GroupQueryAttention: several heads of the queries share one of the keys and values. */
const groupQueryAttention: Operator = (node) => {
  const query = node.input(0, 3);
  const [key, value] = [node.optional(1), node.optional(2)];
  const heads = node.positive(node.requiredInt('num_heads'), 'num_heads');
  const keyHeads = node.positive(node.requiredInt('kv_num_heads'), 'kv_num_heads');
  const headSize = query.dims[2]! / (key === undefined ? heads + 2 * keyHeads : heads);
  const pasts = [node.optional(3), node.optional(4)];
  const channels = heads * headSize;
  const pastKeys = pasts[0]?.dims[2] ?? 0;
  // The length that the node gives counts: a cache may be longer than what is in it.
  const total = node.optional(6)?.values?.[0] ?? (key ?? query).dims[1]! + pastKeys;
  const keys = node.positive(total, 'the length of the sequence');
  const size = { queryChannels: channels, channels, keys, heads };
  const others = [key ?? query, value ?? query, ...pasts, node.optional(10)];
  const output = attend(node, query, others, size);
  const dims = [query.dims[0]!, keyHeads, Math.max(keys, pastKeys), headSize];
  if (node.outputCount < 2) return [output];
  return [
    output,
    present(node, [key ?? query, pasts[0]], dims),
    present(node, [value ?? query, pasts[1]], dims),
  ];
};

/** Attention of ONNX itself (opset 23): (N, S, C), or (N, heads, S, C). */
const attentionOfOnnx: Operator = (node) => {
  const [query, key, value] = [node.input(0, 3), node.input(1, 3), node.input(2, 3)];
  const four = query.dims.length === 4;
  const heads = four ? query.dims[1]! : node.positive(node.requiredInt('q_num_heads'), 'q_num_heads');
  const keyHeads = four ? key.dims[1]! : node.positive(node.requiredInt('kv_num_heads'), 'kv_num_heads');
  const headSize = four ? value.dims[3]! : value.dims[2]! / keyHeads;
  const others = [key, value, node.optional(3), node.optional(4), node.optional(5)];
  const keys = (four ? key.dims[2]! : key.dims[1]!) + (node.optional(4)?.dims[2] ?? 0);
  const output = attend(node, query, others, {
    queryChannels: query.dims.at(-1)!,
    channels: four ? headSize : heads * headSize,
    keys,
    heads: four ? 1 : heads,
  });
  if (node.outputCount < 2) return [output];
  const keySize = four ? key.dims[3]! : key.dims[2]! / keyHeads;
  const dims = [query.dims[0]!, keyHeads, keys, keySize];
  const scores = { dims: [query.dims[0]!, heads, query.dims.at(-2)!, keys], h: 2, w: -1 };
  return [
    output,
    present(node, [key, node.optional(4)], dims),
    present(node, [value, node.optional(5)], dims.with(3, headSize)),
    // The attention has computed them already.
    ...(node.outputCount > 3 ? [node.reading([], [query, key], scores, 0)] : []),
  ];
};

/** Rotates channels by the position in the sequence; the positions may be an input, one per token or one for all. */
const rotaryEmbedding: Operator = (node) => {
  const input = node.input(0, 3);
  const tokens = input.dims.length - 2;
  const positions = node.inputs.slice(1).filter((tensor) => tensor !== undefined && !isConstant(tensor));
  const isPerToken = (tensor: Tensor) => input.h === tokens && tensor.h === tensor.dims.length - 1;
  const lie = (tensor: Tensor) =>
    !isSpatial(tensor, tensor.w) && (isPerToken(tensor) || !isSpatial(tensor, tensor.h));
  const present = positions.filter((tensor) => tensor !== undefined);
  const others = present.filter((tensor) => !lie(tensor));
  return [node.reading([input, ...present.filter(lie)], others, input)];
};

/** Attention in one node, as transformer exporters and optimisers write it. */
export const attention: Operators = {
  Attention: attentionOfOnnx,
  RotaryEmbedding: rotaryEmbedding,
  'com.microsoft:Attention': projectedAttention,
  'com.microsoft:GroupQueryAttention': groupQueryAttention,
  'com.microsoft:MultiHeadAttention': multiHeadAttention,
  'com.microsoft:QAttention': projectedAttention,
  'com.microsoft:RotaryEmbedding': rotaryEmbedding,
};
