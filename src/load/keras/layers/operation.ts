import * as v from 'valibot';
import {
  alongAxes,
  elementwise,
  matmul,
  type PadMode,
  pad,
  reduce,
  reshape,
  slice,
  transpose,
} from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { axesOf, axisOf, fail, type LayerCall, type LayerKind, onlyInput, place } from '../layer-kind.ts';
import { flag, integer, integers, natural, parse, perDimension, positive } from '../schema.ts';
import { allInputs, concatenate } from './merge.ts';
import { permuted, resizeTo, resolveShape } from './shape.ts';
import { dataFormat } from './spatial.ts';

/** Each part of a split is a layer of its own. */
const MAX_PARTS = 4096;

/**
 * The first of the named arguments that is given, by keyword (Keras 2), in the configuration (Keras 3) or as
 * argument `position`; read by `schema`.
 */
function argument<S extends v.GenericSchema>(
  call: LayerCall,
  names: readonly string[],
  schema: S,
  position = 1,
): v.InferOutput<S> {
  for (const key of names) {
    if (call.named[key] !== undefined)
      throw fail(call, `its ${key} is computed from tensors; only constants are supported`);
    const value = call.keywords[key] ?? call.config[key];
    if (value !== undefined) return parse(v.object({ [key]: schema }), { [key]: value }, place(call))[key]!;
  }
  return parse(v.object({ [names[0]!]: schema }), { [names[0]!]: call.positional[position] }, place(call))[
    names[0]!
  ]!;
}

/** A function of one or several tensors, position by position; constants leave no trace. */
function positionwise(op: string): LayerKind {
  return (call) => elementwise(call.b, call.name, op, allInputs(call));
}

/** Reduction over `axis`, or over everything but the batch where it is not given. */
function reduction(op: string): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const rank = input.dims.length;
    const given = argument(call, ['axis'], v.nullish(integers));
    const axes = given == null ? input.dims.map((_, axis) => axis) : axesOf(call, given, rank);
    const keepDims = argument(call, ['keepdims'], flag, 2);
    return reduce(call.b, { name: call.name, op }, input, axes, { keepDims });
  };
}

const softmax: LayerKind = (call) => {
  const input = onlyInput(call);
  const axes = axesOf(call, argument(call, ['axis'], v.nullish(integers, -1)), input.dims.length);
  return alongAxes(call.b, { name: call.name, op: 'Softmax' }, input, axes);
};

/** Here the shape starts with the batch, which may be open. */
const reshapeOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const shape = argument(call, ['shape', 'newshape'], perDimension(v.nullable(integer)));
  const sizes = shape.slice(1).map((size) => size ?? -1);
  return reshape(call.b, call.name, input, [1, ...resolveShape(call, input, sizes)]);
};

const transposeOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const axes = argument(call, ['perm', 'axes'], v.nullish(perDimension(integer)));
  return permuted(call, input, axes ?? input.dims.map((_, axis) => axis).reverse());
};

const expandDims: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['axis'], integers);
  const rank = input.dims.length + given.length;
  const added = axesOf(call, given, rank);
  if (added.length < given.length) throw fail(call, 'its axes repeat one');
  const sizes = [...input.dims];
  const dims = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : sizes.shift()!));
  return reshape(call.b, call.name, input, dims);
};

const squeeze: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['axis'], v.nullish(integers));
  const gone =
    given == null
      ? input.dims.flatMap((size, axis) => (size === 1 && axis > 0 ? [axis] : []))
      : axesOf(call, given, input.dims.length);
  if (gone.some((axis) => input.dims[axis] !== 1)) throw fail(call, 'only axes of size 1 can be squeezed');
  return reshape(
    call.b,
    call.name,
    input,
    input.dims.filter((_, axis) => !gone.includes(axis)),
  );
};

const matmulOperation: LayerKind = (call) => {
  const [left, right] = allInputs(call);
  if (left === undefined || right === undefined) {
    throw fail(call, 'a MatMul with a constant that the file holds is not supported; use a Dense layer');
  }
  const turned = (tensor: Tensor, key: string) => {
    const rank = tensor.dims.length;
    if (rank < 2 || !argument(call, [key], flag, Number.NaN)) return tensor;
    return transpose(tensor, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
  };
  return matmul(call.b, call.name, turned(left, 'transpose_a'), turned(right, 'transpose_b'));
};

const split: LayerKind = (call) => {
  const input = onlyInput(call);
  const parts = argument(call, ['num_or_size_splits', 'indices_or_sections'], positive);
  const axis = axisOf(call, argument(call, ['axis'], v.nullish(integer, 0), 2), input.dims.length);
  const size = input.dims[axis]! / parts;
  if (!Number.isInteger(size) || parts > MAX_PARTS) {
    throw fail(call, `${input.dims[axis]} values cannot be split into ${parts} parts`);
  }
  return Array.from({ length: parts }, (_, part) =>
    slice(call.b, call.name, input, { axis, start: part * size, size, op: 'Split' }),
  );
};

const resizeOperation: LayerKind = (call) => {
  const [height, width] = argument(call, ['size'], v.tuple([positive, positive]));
  const mode = argument(call, ['method', 'interpolation'], v.nullish(v.string('a name'), 'bilinear'), 2);
  const option = (key: string) => argument(call, [key], flag, Number.NaN);
  const input = onlyInput(call);
  if (input.dims.length !== 4) throw fail(call, 'needs an input of 4 dimensions');
  const format = argument(call, ['data_format'], dataFormat, Number.NaN);
  const spatial = format === 'channels_first' ? [2, 3] : [1, 2];
  const ratio = Math.min(height / input.dims[spatial[0]!]!, width / input.dims[spatial[1]!]!);
  const keeping = (size: number, axis: number) =>
    option('preserve_aspect_ratio') ? Math.max(1, Math.round(ratio * input.dims[axis]!)) : size;
  return resizeTo(call, {
    height: keeping(height, spatial[0]!),
    width: keeping(width, spatial[1]!),
    mode,
    spatial,
    antialias: option('antialias'),
    aspectRatio: option('crop_to_aspect_ratio') ? 'crop' : option('pad_to_aspect_ratio') ? 'pad' : 'stretch',
  });
};

/** Amounts at both ends of every axis: one for all, one for each end, or a pair for every axis. */
const padWidths = v.union(
  [natural, v.pipe(v.array(natural), v.length(2)), perDimension(v.pipe(v.array(natural), v.length(2)))],
  'an integer, or amounts at both ends of every axis',
);

const padModes: readonly PadMode[] = ['constant', 'edge', 'reflect', 'symmetric', 'wrap'];

/** Padding of any axis but the batch, in the modes of numpy. */
const padOperation: LayerKind = (call) => {
  const input = onlyInput(call);
  const given = argument(call, ['paddings', 'pad_width'], padWidths);
  const named = argument(call, ['mode'], v.nullish(v.string('a name'), 'constant'), 2).toLowerCase();
  const mode = padModes.find((known) => known === named);
  if (mode === undefined) throw fail(call, `mode is ${named}, and must be one of ${padModes.join(', ')}`);
  const ends = [given].flat(2);
  const pairs = input.dims.map((_, axis) => {
    const at = ends.length > 2 ? 2 * axis : 0;
    return [ends[at], ends.length === 1 ? ends[0] : ends[at + 1]] as const;
  });
  if ((ends.length > 2 && ends.length !== 2 * pairs.length) || ends.length === 0) {
    throw fail(call, `${ends.length / 2} pairs of amounts do not fit ${pairs.length} axes`);
  }
  return pairs.reduce((tensor, [before = 0, after = 0], axis) => {
    if (before === 0 && after === 0) return tensor;
    if (axis === 0) throw fail(call, 'the batch cannot be padded');
    return pad(call.b, call.name, tensor, { axis, before, after, mode });
  }, input);
};

const passThrough: LayerKind = onlyInput;

/** Operations by their last name in lower case, without underscores: `math.reduce_mean` is `reducemean`. */
const OPERATIONS: Readonly<Record<string, LayerKind>> = {
  abs: positionwise('Abs'),
  absolute: positionwise('Abs'),
  add: positionwise('Add'),
  addv2: positionwise('Add'),
  average: reduction('ReduceMean'),
  biasadd: positionwise('BiasAdd'),
  cast: passThrough,
  clip: positionwise('Clip'),
  clipbyvalue: positionwise('Clip'),
  concat: (call) => concatenate(call, argument(call, ['axis'], v.nullish(integer, 0))),
  concatenate: (call) => concatenate(call, argument(call, ['axis'], v.nullish(integer, 0))),
  copy: passThrough,
  divide: positionwise('Div'),
  elu: positionwise('Elu'),
  erf: positionwise('Erf'),
  exp: positionwise('Exp'),
  expanddims: expandDims,
  gelu: positionwise('Gelu'),
  hardsigmoid: positionwise('HardSigmoid'),
  hardsilu: positionwise('HardSwish'),
  hardswish: positionwise('HardSwish'),
  identity: passThrough,
  leakyrelu: positionwise('LeakyRelu'),
  log: positionwise('Log'),
  matmul: matmulOperation,
  max: reduction('ReduceMax'),
  maximum: positionwise('Max'),
  mean: reduction('ReduceMean'),
  min: reduction('ReduceMin'),
  minimum: positionwise('Min'),
  mul: positionwise('Mul'),
  multiply: positionwise('Mul'),
  neg: positionwise('Neg'),
  negative: positionwise('Neg'),
  pad: padOperation,
  padv2: padOperation,
  mirrorpad: padOperation,
  pow: positionwise('Pow'),
  power: positionwise('Pow'),
  realdiv: positionwise('Div'),
  reducemax: reduction('ReduceMax'),
  reducemean: reduction('ReduceMean'),
  reducemin: reduction('ReduceMin'),
  reducesum: reduction('ReduceSum'),
  relu: positionwise('Relu'),
  relu6: positionwise('Relu6'),
  reshape: reshapeOperation,
  resize: resizeOperation,
  rsqrt: positionwise('Rsqrt'),
  sigmoid: positionwise('Sigmoid'),
  silu: positionwise('Swish'),
  softmax,
  softplus: positionwise('Softplus'),
  split,
  sqrt: positionwise('Sqrt'),
  square: positionwise('Square'),
  squeeze,
  stopgradient: passThrough,
  sub: positionwise('Sub'),
  subtract: positionwise('Sub'),
  sum: reduction('ReduceSum'),
  swish: positionwise('Swish'),
  tanh: positionwise('Tanh'),
  transpose: transposeOperation,
  truediv: positionwise('Div'),
  truedivide: positionwise('Div'),
};

/** The operation of that name, as a class of Keras 3 or a function of TensorFlow writes it. */
export function findOperation(name: string): LayerKind | undefined {
  const key = name.split('.').at(-1)!.replaceAll('_', '').toLowerCase();
  return Object.hasOwn(OPERATIONS, key) ? OPERATIONS[key] : undefined;
}
