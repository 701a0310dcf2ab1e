import * as v from 'valibot';
import { alongAxes, reduce } from '../../../network/operators/index.ts';
import { isSpatial, type Tensor } from '../../../network/tensor.ts';
import { axesOf, axisOf, fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { gated } from '../layers/activation.ts';
import { flag, integer, integers, positive } from '../schema.ts';
import { argument } from './argument.ts';

/** Reduction over `axis`, or over everything but the batch where it is not given. */
function reduction(op: string): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const axes = givenAxes(call, input);
    const keepDims = argument(call, ['keepdims'], flag, 2);
    return reduce(call.b, { name: call.name, op }, input, axes, { keepDims });
  };
}

function givenAxes(call: LayerCall, input: Tensor): number[] {
  const given = argument(call, ['axis', 'axes'], v.nullish(integers));
  return given == null ? input.dims.map((_, axis) => axis) : axesOf(call, given, input.dims.length);
}

/** Values of the same shape that depend on all along `axis`: the last one by default. */
function along(op: string): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    const axes = axesOf(call, argument(call, ['axis'], v.nullish(integers, -1)), input.dims.length);
    return alongAxes(call.b, { name: call.name, op }, input, axes);
  };
}

/** A running sum or product along an axis. */
function cumulative(op: string): LayerKind {
  return (call) => {
    const axis = argument(call, ['axis'], v.nullish(integer));
    if (axis == null) throw fail(call, 'an axis has to be given');
    const input = onlyInput(call);
    return alongAxes(call.b, { name: call.name, op }, input, [axisOf(call, axis, input.dims.length)]);
  };
}

/** Mean and variance. */
const moments: LayerKind = (call) => {
  const input = onlyInput(call);
  const axes = givenAxes(call, input);
  const keepDims = argument(call, ['keepdims'], flag, 2);
  return ['mean', 'variance'].map((part) =>
    reduce(call.b, { name: `${call.name}/${part}`, op: 'ReduceMean' }, input, axes, { keepDims }),
  );
};

/** The largest values along the last axis, and where they were. */
const topK: LayerKind = (call) => {
  const input = onlyInput(call);
  const size = argument(call, ['k'], positive);
  const last = input.dims.length - 1;
  const output = reduce(call.b, { name: call.name, op: 'TopK' }, input, [last], { size });
  return [output, output];
};

const glu: LayerKind = (call) => {
  const input = onlyInput(call);
  const axis = argument(call, ['axis'], v.nullish(integer, -1));
  return gated(call, call.name, input, axisOf(call, axis, input.dims.length));
};

/** One value becomes as many as there are classes, on an axis of their own. */
const oneHot: LayerKind = (call) => {
  const input = onlyInput(call);
  const rank = input.dims.length + 1;
  const axis = axisOf(call, argument(call, ['axis'], v.nullish(integer, -1), 2), rank);
  const moved = (old: number) => (old >= axis ? old + 1 : old);
  const dims = input.dims.toSpliced(axis, 0, argument(call, ['num_classes', 'depth'], positive));
  return call.b.positionwise({ name: call.name, op: 'OneHot' }, input, {
    dims,
    h: moved(input.h),
    w: moved(input.w),
  });
};

/** The differences of neighbours. */
const diff: LayerKind = (call) => {
  const input = onlyInput(call);
  const axis = axisOf(call, argument(call, ['axis'], v.nullish(integer, -1), 2), input.dims.length);
  const order = argument(call, ['n'], positive);
  const { h, w } = input;
  const output = { dims: input.dims.with(axis, input.dims[axis]! - order), h, w };
  const kind = { name: call.name, op: 'Sub' };
  return isSpatial(input, axis)
    ? call.b.everything(kind, [input], output)
    : call.b.positionwise(kind, input, output);
};

/** Operations over whole axes. */
export const REDUCTIONS: Readonly<Record<string, LayerKind>> = {
  all: reduction('ReduceMin'),
  amax: reduction('ReduceMax'),
  amin: reduction('ReduceMin'),
  any: reduction('ReduceMax'),
  argmax: reduction('ArgMax'),
  argmin: reduction('ArgMin'),
  argsort: along('TopK'),
  average: reduction('ReduceMean'),
  countnonzero: reduction('ReduceSum'),
  cumprod: cumulative('CumProd'),
  cumsum: cumulative('CumSum'),
  diff,
  glu,
  l2normalize: along('LpNormalization'),
  layernorm: along('LayerNormalization'),
  logsoftmax: along('LogSoftmax'),
  logsumexp: reduction('ReduceLogSumExp'),
  max: reduction('ReduceMax'),
  mean: reduction('ReduceMean'),
  median: reduction('ReduceMedian'),
  min: reduction('ReduceMin'),
  moments,
  nanmax: reduction('ReduceMax'),
  nanmean: reduction('ReduceMean'),
  nanmin: reduction('ReduceMin'),
  nansum: reduction('ReduceSum'),
  norm: reduction('ReduceL2'),
  normalize: along('LpNormalization'),
  onehot: oneHot,
  prod: reduction('ReduceProd'),
  ptp: reduction('ReduceMax'),
  reducemax: reduction('ReduceMax'),
  reducemean: reduction('ReduceMean'),
  reducemin: reduction('ReduceMin'),
  reduceprod: reduction('ReduceProd'),
  reducesum: reduction('ReduceSum'),
  rmsnorm: along('RMSNormalization'),
  softmax: along('Softmax'),
  sort: along('TopK'),
  sparsemax: along('Sparsemax'),
  std: reduction('ReduceL2'),
  sum: reduction('ReduceSum'),
  topk: topK,
  var: reduction('ReduceSumSquare'),
};
