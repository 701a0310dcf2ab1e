import * as network from '../../../network/operators/index.ts';
import { constant, elements, isEmpty, isSpatial, type Tensor } from '../../../network/tensor.ts';
import { type NodeContext, type Operator, type Operators, shown } from '../node-context.ts';
import { padAmounts, reshapeDims, sliceRanges, splitSizes } from './arguments.ts';

/** The same values in other dimensions; a layer only where positions change (spec.md section 4). */
function view(node: NodeContext, dims: readonly number[]): readonly Tensor[] {
  return [network.reshape(node.b, node.name, node.input(0), dims)];
}

const reshape: Operator = (node) => {
  const target = node.attributeOrInput('shape', 1) ?? [];
  return view(node, reshapeDims(node, node.input(0).dims, target));
};

const flatten: Operator = (node) => {
  const { dims } = node.input(0);
  const given = node.int('axis', 1);
  // The rank itself is an axis here, but a negative one counts from the end as anywhere.
  const axis = given === dims.length ? given : node.axis(given, dims.length);
  return view(node, [elements(dims.slice(0, axis)), elements(dims.slice(axis))]);
};

const squeeze: Operator = (node) => {
  const { dims } = node.input(0);
  const given = node.attributeOrInput('axes', 1);
  if (given === undefined)
    return view(
      node,
      dims.filter((size) => size !== 1),
    );
  const axes = node.axes(given, dims.length);
  const wide = axes.find((axis) => dims[axis] !== 1);
  if (wide !== undefined) node.fail(`axis ${wide} of ${shown(dims)} is not 1 and cannot be dropped`);
  return view(
    node,
    dims.filter((_, axis) => !axes.includes(axis)),
  );
};

const unsqueeze: Operator = (node) => {
  const { dims } = node.input(0);
  const given = node.attributeOrInput('axes', 1) ?? node.fail('it has no axes; export the model again');
  const rank = dims.length + given.length;
  const axes = node.axes(given, rank);
  const sizes = [...dims];
  return view(
    node,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : sizes.shift()!)),
  );
};

const transpose: Operator = (node) => {
  const input = node.input(0);
  const rank = input.dims.length;
  const permutation = node.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const axes = node.axes(permutation, rank);
  if (axes.length !== rank)
    node.fail(`perm ${shown(permutation)} does not fit the shape ${shown(input.dims)}`);
  return [network.transpose(input, axes)];
};

/** Repeats along axes of size 1; a position of the output reads the one it repeats. */
const expand: Operator = (node) => {
  const input = node.input(0);
  const target = withoutBatch(node, input, node.integers(1));
  const dims =
    network.broadcastDims([input.dims, target]) ??
    node.fail(`the shape ${shown(input.dims)} cannot be expanded to ${shown(target)}`);
  if (isEmpty({ dims })) return [constant(dims)];
  const offset = dims.length - input.dims.length;
  const view = network.reshape(node.b, node.name, input, [
    ...new Array<number>(offset).fill(1),
    ...input.dims,
  ]);
  if (dims.every((size, axis) => size === view.dims[axis])) return [view];
  // An H or W of size 1, which the view does without, is repeated too.
  const spread = (axis: number) => (axis < 0 ? -1 : axis + offset);
  return [node.b.positionwise(node.kind, view, { dims, h: spread(input.h), w: spread(input.w) })];
};

/** A target whose first size is the batch that the file gives: it counts as 1. */
function withoutBatch(node: NodeContext, input: Tensor, target: readonly number[]): readonly number[] {
  const isBatch = node.fileBatch > 1 && target[0] === node.fileBatch && target.length >= 3;
  return isBatch && (input.dims[0] === 1 || target.length > input.dims.length) ? target.with(0, 1) : target;
}

const tile: Operator = (node) => {
  const input: Tensor = node.input(0);
  const repeats = node.integers(1);
  if (repeats.length !== input.dims.length || repeats.some((count) => count < 0)) {
    node.fail(`repeats ${shown(repeats)} do not fit the shape ${shown(input.dims)}`);
  }
  const output = repeats.reduce((tensor, count, axis) => {
    if (count === 1) return tensor;
    const size = tensor.dims[axis]!;
    if (count === 0) return constant(tensor.dims.with(axis, 0));
    if (isSpatial(tensor, axis)) {
      const positions = Array.from({ length: node.listed(size * count) }, (_, i) => i % size);
      return network.gather(node.b, node.name, tensor, { axis, positions, op: 'Tile' });
    }
    const dims = tensor.dims.with(axis, size * count);
    return node.b.positionwise(node.kind, tensor, { dims, h: tensor.h, w: tensor.w });
  }, input);
  return [output];
};

const concat: Operator = (node) => {
  const first = node.input(0, 1);
  const axis = node.axis(node.int('axis', 1), first.dims.length);
  // Parts without values add nothing, and may be of another rank: they are how some exporters start a list.
  const parts = node.present().filter((part) => !isEmpty(part));
  if (parts.length === 0) return [empty(node.present(), axis)];
  if (parts.length === 1) return [parts[0]!];
  return [network.concat(node.b, node.name, axis === 0 ? parts : node.withoutBatch(parts), axis)];
};

/** What parts without values make together. */
function empty(parts: readonly Tensor[], axis: number): Tensor {
  const { dims } = parts.reduce((a, b) => (b.dims.length > a.dims.length ? b : a));
  const alike = parts.filter((part) => part.dims.length === dims.length);
  return constant(
    dims.with(
      axis,
      alike.reduce((sum, part) => sum + part.dims[axis]!, 0),
    ),
  );
}

const split: Operator = (node) => {
  const input = node.input(0, 1);
  const axis = node.axis(node.int('axis', 0), input.dims.length);
  let start = 0;
  return splitSizes(node, input.dims[axis]!).map((size) => {
    if (size === input.dims[axis]) return input;
    const part = network.slice(node.b, node.name, input, { axis, start, size, op: 'Split' });
    start += size;
    return part;
  });
};

const slice: Operator = (node) => {
  const input: Tensor = node.input(0, 1);
  const output = sliceRanges(node).reduce((tensor, { start, step, size }, axis) => {
    if (start === 0 && step === 1 && size === tensor.dims[axis]) return tensor;
    if (step < 0) node.listed(size);
    return network.slice(node.b, node.name, tensor, { axis, start, size, step });
  }, input);
  return [output];
};

const padModes: readonly network.PadMode[] = ['constant', 'edge', 'reflect', 'wrap'];

const pad: Operator = (node) => {
  const input: Tensor = node.input(0, 1);
  const given = node.text('mode', 'constant');
  const mode =
    padModes.find((known) => known === given) ??
    node.fail(`mode is ${given}, and must be ${padModes.slice(0, -1).join(', ')} or ${padModes.at(-1)}`);
  const output = padAmounts(node).reduce((tensor, { before, after }, axis) => {
    if (before === 0 && after === 0) return tensor;
    return network.pad(node.b, node.name, tensor, { axis, before, after, mode });
  }, input);
  return [output];
};

/** Views, cuts and joints. */
export const shape: Operators = {
  Concat: concat,
  Expand: expand,
  Flatten: flatten,
  Pad: pad,
  Reshape: reshape,
  Slice: slice,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};
