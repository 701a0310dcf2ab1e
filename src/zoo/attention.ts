import type { NetworkBuilder } from '../network/builder.ts';
import { alongAxes, dense, elementwise, matmul, reshape, transpose } from '../network/operators/index.ts';
import { constant, type Tensor } from '../network/tensor.ts';

/** Tokens of a sequence, whose axes are (batch, tokens, features); one token is one row (spec.md section 2). */
export const TOKEN_AXIS = 1;
/** Features of a sequence. */
const FEATURE_AXIS = 2;

/** Names of the four projections, which are the base layers of an attention. */
export interface AttentionNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
}

/** What distinguishes one self-attention from another. */
export interface AttentionOptions {
  /** What the layers between the projections are called: `PREFIX/scores`, … */
  readonly prefix: string;
  readonly names: AttentionNames;
  readonly heads: number;
  readonly bias: boolean;
  /** Rotary position embedding of queries and keys. */
  readonly rotary?: boolean;
  /** A token attends to those before it only: a mask is added to the scores. */
  readonly causal?: boolean;
}

/** A linear layer that keeps or changes the number of features. */
export function linear(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  outputFeatures: number,
  bias: boolean,
): Tensor {
  return dense(b, name, input, { op: 'Dense', outputFeatures, bias });
}

/** Layer norm or RMS norm over the features of every token. */
export function norm(b: NetworkBuilder, name: string, op: string, input: Tensor): Tensor {
  return alongAxes(b, { name, op }, input, [FEATURE_AXIS]);
}

/**
 * Multi-head self-attention: softmax(Q·K^T)·V for every head. Both products are of two activations and so
 * non-base: a row of scores waits for its own query and for all keys, a row of the result for all values.
 */
export function selfAttention(b: NetworkBuilder, input: Tensor, o: AttentionOptions): Tensor {
  const [, tokens, features] = input.dims;
  const inHeads = [1, tokens!, o.heads, features! / o.heads];
  const project = (name: string, rotary = false) => {
    const projected = linear(b, name, input, features!, o.bias);
    const split = reshape(b, `${name}/heads`, projected, inHeads);
    return rotary ? b.positionwise({ name: `${name}/rotary`, op: 'RotaryEmbedding' }, split) : split;
  };
  const query = transpose(project(o.names.query, o.rotary), [0, 2, 1, 3]);
  const keyTransposed = transpose(project(o.names.key, o.rotary), [0, 2, 3, 1]);
  const value = transpose(project(o.names.value), [0, 2, 1, 3]);

  let scores = matmul(b, `${o.prefix}/scores`, query, keyTransposed);
  scores = elementwise(b, `${o.prefix}/scale`, 'Mul', [scores, constant([1])]);
  if (o.causal) {
    scores = elementwise(b, `${o.prefix}/mask`, 'Add', [scores, constant([1, 1, tokens!, tokens!])]);
  }
  const weights = alongAxes(b, { name: `${o.prefix}/softmax`, op: 'Softmax' }, scores, [3]);
  const context = transpose(matmul(b, `${o.prefix}/context`, weights, value), [0, 2, 1, 3]);
  const merged = reshape(b, `${o.prefix}/merge`, context, [1, tokens!, features!]);
  return linear(b, o.names.output, merged, features!, o.bias);
}
