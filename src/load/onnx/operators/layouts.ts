import * as network from '../../../network/operators/index.ts';
import type { NodeContext, Operator, Operators } from '../node-context.ts';
import { typedConstant, type Value } from '../value.ts';
import { conv, convolution, fusedConv } from './convolution.ts';
import { batchNormalization } from './normalisation.ts';
import { globalPool, pool } from './pooling.ts';
import { resizing } from './resizing.ts';
import { channelsLast, channelsToBack, channelsToFront } from './windows.ts';

/**
 * A convolution whose channels lie in blocks (ONNX Runtime's NCHWc). Only the order of values in memory is another:
 * all tensors have the dimensions of NCHW, with channels filled up to whole blocks as the weights say.
 */
const blockedConv: Operator = (node) => {
  const channels = node.input(1, 4).dims[1]! * node.positive(node.int('group', 1), 'group');
  const [input, ...others] = node.inputs;
  return fusedConv(node.as({ inputs: [input && filledUp(node, input, channels), ...others] }));
};

/** More channels of the same positions. */
function filledUp(node: NodeContext, input: Value, channels: number): Value {
  if (!(input.dims[1]! < channels)) return input;
  const kind = { name: `${node.name}/reorder`, op: 'ReorderInput' };
  const { h, w } = input;
  return node.b.positionwise(kind, input, { dims: input.dims.with(1, channels), h, w });
}

/** Into blocks: the same values. */
const reorderInput: Operator = (node) => {
  const input = node.input(0, 3);
  return [node.int('channels_last', 0) === 0 ? input : channelsToFront(input)];
};

/** Out of blocks: the channels that fill the last one up are left behind. */
const reorderOutput: Operator = (node) => {
  const input = node.input(0, 3);
  const size = node.positive(node.requiredInt('channels'), 'channels');
  if (size > input.dims[1]!) node.fail(`it wants ${size} channels of ${input.dims[1]}`);
  const output =
    size === input.dims[1] ? input : network.slice(node.b, node.name, input, { axis: 1, start: 0, size });
  return [node.int('channels_last', 0) === 0 ? output : channelsToBack(output)];
};

/** The same as a Resize: its scales are whole numbers, and an attribute. */
export function blockedUpsample(node: NodeContext): NodeContext {
  const scales = node.ints('scales') ?? node.fail('it has no scales; export the model again');
  const transformation = node.text('coordinate_transformation_mode', 'asymmetric');
  return node.as({
    op: 'Resize',
    opset: 13,
    inputs: [node.input(0, 4), undefined, typedConstant([scales.length], scales, 'float32')],
    attributes: [
      { name: 'scales', floats: scales },
      { name: 'coordinate_transformation_mode', text: transformation },
      { name: 'nearest_mode', text: 'floor' },
    ],
  });
}

const upsample: Operator = (node) => resizing.Resize!(blockedUpsample(node));

/** QLinearConv of onnxruntime may have its channels last. */
const qLinearConv: Operator = (node) => {
  const operator = conv({ weights: 3, bias: 8 });
  return (node.int('channels_last', 0) === 0 ? operator : channelsLast(operator))(node);
};

const inDomain = (domain: string, table: Operators): Operators =>
  Object.fromEntries(Object.entries(table).map(([name, operator]) => [`${domain}:${name}`, operator]));

/** Operators of ONNX on tensors in another layout, as optimisers of a runtime or of a compiler write them. */
export const layouts: Operators = {
  ...inDomain('com.microsoft.nchwc', {
    AveragePool: pool,
    Conv: blockedConv,
    GlobalAveragePool: globalPool,
    GlobalMaxPool: globalPool,
    MaxPool: pool,
    ReorderInput: reorderInput,
    ReorderOutput: reorderOutput,
    Upsample: upsample,
  }),
  ...inDomain('com.microsoft', {
    NhwcConv: channelsLast(conv({ weights: 1, bias: 2 }), [0, 1]),
    NhwcFusedConv: channelsLast(fusedConv, [0, 3]),
    NhwcMaxPool: channelsLast(pool),
    QLinearConv: qLinearConv,
  }),
  ...inDomain('com.ms.internal.nhwc', {
    AveragePool: channelsLast(pool),
    BatchNormalization: channelsLast(batchNormalization),
    Conv: channelsLast(conv({ weights: 1, bias: 2 })),
    ConvTranspose: channelsLast(convolution.ConvTranspose!),
    GlobalAveragePool: channelsLast(globalPool),
    GlobalMaxPool: channelsLast(globalPool),
    MaxPool: channelsLast(pool),
    QLinearConv: channelsLast(conv({ weights: 3, bias: 8 })),
  }),
  // QONNX's Conv has the channels of its weights last, too.
  ...inDomain('qonnx.custom_op.channels_last', {
    BatchNormalization: channelsLast(batchNormalization),
    Conv: channelsLast(conv({ weights: 1, bias: 2 }), [0, 1]),
    MaxPool: channelsLast(pool),
  }),
};
