import * as network from '../../../network/operators/index.ts';
import { constant, elements, isConstant, isEmpty, isSpatial, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import { gatherIndices } from './arguments.ts';

const gather: Operator = (node) => {
  const data = node.input(0, 1);
  const indices = node.input(1);
  const axis = node.axis(node.int('axis', 0), data.dims.length);
  const dims = data.dims.toSpliced(axis, 1, ...indices.dims);
  if (isEmpty({ dims })) return [constant(dims)];
  if (isConstant(data)) return [lookUp(node, indices, axis, dims)];
  if (!isConstant(indices))
    return [node.b.everything(node.kind, [data, indices], { dims, ...axesOf(data, axis, indices) })];
  return [pick(node, data, indices, axis, dims)];
};

/** An embedding: every id is replaced by a vector of the table, which is there from the start. */
function lookUp(node: NodeContext, ids: Tensor, axis: number, dims: readonly number[]): Tensor {
  const moved = (old: number) => (old < 0 ? -1 : old + axis);
  return node.b.positionwise(node.kind, ids, { dims, h: moved(ids.h), w: moved(ids.w) });
}

/** Where H and W of the data lie after `axis` has made way for the axes of the indices. */
function axesOf(data: Tensor, axis: number, indices: Tensor): { h: number; w: number } {
  const moved = (old: number) => {
    if (old === axis) return indices.dims.length === 1 ? axis : -1;
    return old > axis ? old + indices.dims.length - 1 : old;
  };
  return { h: moved(data.h), w: moved(data.w) };
}

/** Constant indices: channels cost no dependency, rows and columns are the listed positions. */
function pick(
  node: NodeContext,
  data: Tensor,
  indices: Tensor,
  axis: number,
  dims: readonly number[],
): Tensor {
  if (!isSpatial(data, axis)) {
    // Channels, or the only row or column: whatever is picked is at the same position.
    const positions = new Array<number>(elements(indices.dims)).fill(0);
    const picked = network.gather(node.b, node.name, data, { axis, positions });
    return network.reshape(node.b, node.name, picked, dims);
  }
  if (indices.values === undefined) {
    return node.b.everything(node.kind, [data], { dims, ...axesOf(data, axis, indices) });
  }
  const positions = gatherIndices(node, data.dims[axis]!);
  const [first] = positions;
  const contiguous = positions.every((position, i) => position === first! + i);
  const picked = contiguous
    ? network.slice(node.b, node.name, data, {
        axis,
        start: first ?? 0,
        size: positions.length,
        op: 'Gather',
      })
    : network.gather(node.b, node.name, data, { axis, positions });
  return network.reshape(node.b, node.name, picked, dims);
}

/** Which positions are read, only the data says: all of them may be. */
const gatherElements: Operator = (node) => {
  const data = node.input(0, 1);
  const { dims } = node.input(1);
  if (dims.length !== data.dims.length)
    node.fail(`indices ${shown(dims)} do not fit data ${shown(data.dims)}`);
  return [node.b.everything(node.kind, node.present(), { dims, h: data.h, w: data.w })];
};

const gatherND: Operator = (node) => {
  const data = node.input(0, 1);
  const indices = node.input(1, 1);
  const depth = indices.dims.at(-1)!;
  const batch = node.int('batch_dims', 0);
  if (!(batch >= 0 && batch + depth <= data.dims.length)) {
    node.fail(`indices ${shown(indices.dims)} do not fit data ${shown(data.dims)}`);
  }
  const dims = [...indices.dims.slice(0, -1), ...data.dims.slice(batch + depth)];
  return [node.b.everything(node.kind, node.present(), { dims, h: -1, w: -1 })];
};

/** The data with some positions overwritten. */
const scatter: Operator = (node) => {
  const data = node.input(0, 1);
  const updates = node.input(2);
  const like = isConstant(data) && updates.dims.length === data.dims.length ? updates : data;
  return [node.b.everything(node.kind, node.present(), { dims: data.dims, h: like.h, w: like.w })];
};

const reverseSequence: Operator = (node) => {
  const data = node.input(0, 2);
  return [node.b.everything(node.kind, node.present(), data)];
};

/** Positions by index. */
export const indexing: Operators = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  ReverseSequence: reverseSequence,
  Scatter: scatter,
  ScatterElements: scatter,
  ScatterND: scatter,
};
