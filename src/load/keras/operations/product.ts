import * as v from 'valibot';
import { einsum, matmul, transpose } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { axisOf, fail, type LayerCall, type LayerKind } from '../layer-kind.ts';
import { dotProductAttention } from '../layers/attention.ts';
import { flag, integers, natural, perDimension } from '../schema.ts';
import { argument } from './argument.ts';

function two(call: LayerCall): [Tensor, Tensor] {
  const [left, right] = call.operands;
  if (left !== undefined && right !== undefined) return [left, right];
  throw fail(call, 'needs two operands');
}

/** A product of two matrices; a constant one holds the weights of a base layer. */
const matmulOperation: LayerKind = (call) => {
  const [left, right] = two(call);
  const turned = (tensor: Tensor, key: string) => {
    const rank = tensor.dims.length;
    if (rank < 2 || !argument(call, [key], flag, Number.NaN)) return tensor;
    return transpose(tensor, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
  };
  return matmul(call.b, call.name, turned(left, 'transpose_a'), turned(right, 'transpose_b'));
};

const einsumOperation: LayerKind = (call) => {
  const equation = argument(call, ['subscripts', 'equation'], v.string('an equation'), 0);
  return einsum(call.b, call.name, equation, call.operands);
};

/** Sums of products over pairs of axes, as an einsum. */
function contract(call: LayerCall, axes: readonly (readonly [left: number, right: number])[]): Tensor {
  const [left, right] = two(call);
  const letters = left.dims.map((_, axis) => String.fromCharCode(97 + axis));
  const others = right.dims.map((_, axis) => String.fromCharCode(65 + axis));
  for (const [leftAxis, rightAxis] of axes) others[rightAxis] = letters[leftAxis]!;
  const summed = axes.map(([leftAxis]) => letters[leftAxis]!);
  const result = [...letters, ...others].filter((letter) => !summed.includes(letter));
  const equation = `${letters.join('')},${others.join('')}->${result.join('')}`;
  return einsum(call.b, call.name, equation, [left, right]);
}

/** numpy's dot: over the last axis of the left tensor, and the last but one of the right one. */
const dot: LayerKind = (call) => {
  const [left, right] = two(call);
  if (left.dims.length === 0 || right.dims.length === 0) throw fail(call, 'needs two tensors');
  return contract(call, [[left.dims.length - 1, Math.max(0, right.dims.length - 2)]]);
};

const inner: LayerKind = (call) => {
  const [left, right] = two(call);
  return contract(call, [[left.dims.length - 1, right.dims.length - 1]]);
};

const tensordot: LayerKind = (call) => {
  const [left, right] = two(call);
  const axes = argument(
    call,
    ['axes'],
    v.nullish(
      v.union([natural, v.pipe(perDimension(integers), v.length(2))], 'a number or two lists of axes'),
      2,
    ),
    2,
  );
  const leftRank = left.dims.length;
  if (typeof axes === 'number') {
    if (axes > leftRank || axes > right.dims.length)
      throw fail(call, `there are no ${axes} axes to sum over`);
    return contract(
      call,
      Array.from({ length: axes }, (_, i) => [leftRank - axes + i, i]),
    );
  }
  const [of, and] = axes;
  if (of!.length !== and!.length) throw fail(call, 'axes must be as many of the left as of the right tensor');
  return contract(
    call,
    of!.map((axis, i) => [axisOf(call, axis, leftRank), axisOf(call, and![i]!, right.dims.length)]),
  );
};

/** Products of tensors. */
export const PRODUCTS: Readonly<Record<string, LayerKind>> = {
  batchmatmul: matmulOperation,
  batchmatmulv2: matmulOperation,
  dot,
  dotproductattention: dotProductAttention,
  einsum: einsumOperation,
  inner,
  matmul: matmulOperation,
  tensordot,
};
