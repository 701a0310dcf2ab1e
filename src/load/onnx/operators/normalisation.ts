import * as network from '../../../network/operators/index.ts';
import { constant, elements, isConstant, isSpatial, type Tensor } from '../../../network/tensor.ts';
import type { NodeContext, Operator, Operators } from '../node-context.ts';
import { channelsFirst, spatialAxes } from './windows.ts';

/** Axes from `first` to the last. */
function axesFrom(first: number, rank: number): number[] {
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/**
 * A norm with statistics along `axes`. Scales and shifts may be computed, too (norms that depend on a condition are made so):
 * then they are read as operands of elementwise operators are.
 */
function scaled(
  node: NodeContext,
  input: Tensor,
  axes: readonly number[],
  parameters: readonly (Tensor | undefined)[],
): Tensor {
  const computed = parameters
    .filter((tensor) => tensor !== undefined)
    .filter((tensor) => !isConstant(tensor));
  if (computed.length === 0) return network.alongAxes(node.b, node.kind, input, axes);
  const own = axes.some((axis) => isSpatial(input, axis))
    ? { tensor: input, summed: axes }
    : { tensor: input };
  return node.b.byAxes(node.kind, [own, ...computed.map((tensor) => ({ tensor }))], input);
}

/** Inputs from 1 on that have a value per channel, with axes of 1 where the others of `input` are. */
function perChannel(
  node: NodeContext,
  input: Tensor,
  count: number,
  channelAxis = 1,
): (Tensor | undefined)[] {
  const behind = new Array<number>(Math.max(0, input.dims.length - 1 - channelAxis)).fill(1);
  return Array.from({ length: count }, (_, i) => {
    const tensor = node.optional(1 + i);
    return (
      tensor && network.reshape(node.b, `${node.name}/${1 + i}`, tensor, [elements(tensor.dims), ...behind])
    );
  });
}

/** Batch norm of inference: a scale and a shift. The statistics of training are constants. */
export const batchNormalization: Operator = (node) => {
  const input = channelsFirst(node, node.input(0));
  const output = scaled(node, input, [], perChannel(node, input, 4));
  const statistics = new Array<Tensor>(Math.max(0, node.outputCount - 1)).fill(
    constant([input.dims[1] ?? 1]),
  );
  return [output, ...statistics];
};

/** Statistics over H and W: a position waits for all of them. */
const overSpace: Operator = (node) => {
  const input = channelsFirst(node, node.input(0, 3));
  return [scaled(node, input, spatialAxes(input.dims.length), perChannel(node, input, 2))];
};

/** onnxruntime's GroupNorm has its channels last. */
const groupNormChannelsLast: Operator = (node) => {
  const input = node.input(0, 4);
  const [axes, channelAxis] = node.int('channels_last', 1) ? [[1, 2], 3] : [[2, 3], 1];
  return [scaled(node, input, axes, perChannel(node, input, 2, channelAxis))];
};

/** Layer norm from `axis` on; mean and deviation, where they are wanted, have one value per position. */
export const layerNormalization: Operator = (node) => normalised(node, node.input(0, 1));

function normalised(node: NodeContext, input: Tensor): Tensor[] {
  const axes = axesFrom(node.axis(node.int('axis', -1), input.dims.length), input.dims.length);
  const output = scaled(node, input, axes, [node.optional(1), node.optional(2)]);
  const statistic = () =>
    network.reduce(node.b, { name: `${node.name}/statistic`, op: 'ReduceMean' }, input, axes);
  return [output, ...Array.from({ length: Math.min(2, node.outputCount - 1) }, statistic)];
}

/** Layer norm of a sum: inputs 0 and 1, and a bias last. The fourth output is the sum. */
function skipNormalization(bias: number): Operator {
  return (node) => {
    const input = node.input(0, 1);
    const operands = [input, node.input(1), node.optional(bias)].filter((tensor) => tensor !== undefined);
    const sum = network.elementwise(node.b, `${node.name}/add`, 'Add', operands);
    const parameters = Array.from({ length: bias - 2 }, (_, i) => node.optional(2 + i));
    const output = scaled(node, sum, [sum.dims.length - 1], parameters);
    const statistic = constant([...sum.dims.slice(0, -1), 1]);
    return [output, statistic, statistic, sum];
  };
}

/**
 * Softmax and its kin; before opset 13 they took all axes from `axis` on as one. QLinearSoftmax says in an
 * attribute which opset it comes from.
 */
const softmax: Operator = (node) => {
  const input = node.input(0, 1);
  const rank = input.dims.length;
  const merges = node.int('opset', node.opset) < 13;
  const axis = node.axis(node.int('axis', merges ? 1 : -1), Math.max(rank, merges ? 2 : 1));
  const axes = merges ? axesFrom(Math.min(axis, rank - 1), rank) : [axis];
  return [network.alongAxes(node.b, node.kind, input, axes)];
};

/** Norms and sums along one axis. */
export function along(byDefault: number): Operator {
  return (node) => {
    const input = node.input(0, 1);
    return [
      network.alongAxes(node.b, node.kind, input, [
        node.axis(node.int('axis', byDefault), input.dims.length),
      ]),
    ];
  };
}

/** LRN reads `size` channels of the same position for every value. */
const acrossChannels: Operator = (node) => {
  const input = node.input(0, 2);
  return [
    node.reading([input], [], input, elements(input.dims) * node.positive(node.int('size', 1), 'size')),
  ];
};

const meanVariance: Operator = (node) => {
  const input = node.input(0, 1);
  const given = node.ints('axes') ?? axesFrom(0, input.dims.length).filter((axis) => axis !== 1);
  return [network.alongAxes(node.b, node.kind, input, node.axes(given, input.dims.length))];
};

const cumSum: Operator = (node) => {
  const input = node.input(0, 1);
  const axis = node.axis(node.integers(1)[0] ?? 0, input.dims.length);
  return [network.alongAxes(node.b, node.kind, input, [axis])];
};

/** Word, position and segment embeddings of token ids (N, S), summed and normalised to (N, S, C). */
const embedLayerNormalization: Operator = (node) => {
  const ids = node.input(0, 2);
  const table = node.input(2, 2);
  const dims = [...ids.dims, table.dims[1]!];
  const segments = node.optional(1);
  const live = segments === undefined || isConstant(segments) ? [ids] : [ids, segments];
  const scales = [node.optional(5), node.optional(6)].filter((tensor) => tensor !== undefined);
  const output = node.reading(live, scales, { dims, h: ids.h, w: ids.w });
  return [output, constant([ids.dims[0]!]), output];
};

/** Normalisations and softmax. */
export const normalisation: Operators = {
  BatchNormalization: batchNormalization,
  InstanceNormalization: overSpace,
  GroupNormalization: overSpace,
  'com.microsoft:GroupNorm': groupNormChannelsLast,
  LayerNormalization: layerNormalization,
  RMSNormalization: layerNormalization,
  SimplifiedLayerNormalization: layerNormalization,
  'com.microsoft:SimplifiedLayerNormalization': layerNormalization,
  'com.microsoft:SkipLayerNormalization': skipNormalization(4),
  'com.microsoft:SkipSimplifiedLayerNormalization': skipNormalization(3),
  'com.microsoft:EmbedLayerNormalization': embedLayerNormalization,
  LRN: acrossChannels,
  LpNormalization: along(-1),
  MeanVarianceNormalization: meanVariance,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  'com.microsoft:QLinearSoftmax': softmax,
  CumSum: cumSum,
};
