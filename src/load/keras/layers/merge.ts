import * as v from 'valibot';
import { concat, elementwise, matmul, reshape, transpose } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { axisBehindBatch, axisOf, configured, fail, type LayerCall, type LayerKind } from '../layer-kind.ts';
import { integer, integers } from '../schema.ts';

/** All tensors of a call, however they are given. */
function allInputs(call: LayerCall): Tensor[] {
  return [...call.inputs, ...Object.values(call.named).flat()];
}

/** Add, Multiply, … of any number of tensors. */
export function merge(op: string): LayerKind {
  return (call) => elementwise(call.b, call.name, op, allInputs(call));
}

/** Concatenation of all operands along `axis`. */
export function concatenate(call: LayerCall, axis: number): Tensor {
  const tensors = call.operands;
  const along = axisBehindBatch(call, axis, tensors[0]!.dims.length);
  return tensors.length === 1 ? tensors[0]! : concat(call.b, call.name, tensors, along);
}

/** Dot: the products of two tensors summed over one axis of each, for every element of the batch. */
const dot: LayerKind = configured(v.object({ axes: integers }), (call, config) => {
  const [left, right] = call.inputs;
  const usable = (tensor: Tensor | undefined) => tensor?.dims.length === 2 || tensor?.dims.length === 3;
  if (left === undefined || right === undefined || !usable(left) || !usable(right)) {
    throw fail(call, 'needs two tensors of 2 or 3 dimensions');
  }
  const leftAxis = axisOf(call, config.axes[0] ?? -1, left.dims.length);
  const rightAxis = axisOf(call, config.axes.at(-1) ?? -1, right.dims.length);
  if (leftAxis === 0 || rightAxis === 0) throw fail(call, 'axis 0 is the batch and cannot be summed over');
  const rows = matrix(call, left, leftAxis, 2);
  const columns = matrix(call, right, rightAxis, 1);
  const product = matmul(call.b, call.name, rows, columns);
  const kept = [...left.dims.toSpliced(leftAxis, 1), ...right.dims.toSpliced(rightAxis, 1).slice(1)];
  return reshape(call.b, call.name, product, kept.length === 1 ? [1, 1] : kept);
});

/** The tensor as one matrix of three dimensions, whose axis `axis` has become axis `wanted`. */
function matrix({ b, name }: LayerCall, tensor: Tensor, axis: number, wanted: number): Tensor {
  if (tensor.dims.length === 2) {
    const size = tensor.dims[1]!;
    return reshape(b, name, tensor, wanted === 2 ? [1, 1, size] : [1, size, 1]);
  }
  return axis === wanted ? tensor : transpose(tensor, [0, 2, 1]);
}

export const MERGE_LAYERS: Readonly<Record<string, LayerKind>> = {
  Add: merge('Add'),
  Average: merge('Average'),
  Concatenate: configured(v.object({ axis: v.nullish(integer, -1) }), (call, { axis }) =>
    concatenate(call, axis),
  ),
  Dot: dot,
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  Multiply: merge('Mul'),
  Subtract: merge('Sub'),
};
