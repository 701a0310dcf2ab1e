import * as v from 'valibot';
import { depthToSpace, spaceToDepth } from '../../../network/operators/index.ts';
import { isConstant, type Tensor } from '../../../network/tensor.ts';
import { fail, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { CONVOLUTION_LAYERS } from '../layers/convolution.ts';
import { POOLING_LAYERS } from '../layers/pooling.ts';
import { resizeTo } from '../layers/shape.ts';
import { dataFormat } from '../layers/spatial.ts';
import { flag, positive } from '../schema.ts';
import { argument } from './argument.ts';

/** The layer that does the same over as many spatial axes as the input has. */
function asLayer(
  call: LayerCall,
  table: Readonly<Record<string, LayerKind>>,
  name: string,
  config: Readonly<Record<string, unknown>> = {},
): ReturnType<LayerKind> {
  const spatial = onlyInput(call).dims.length - 2;
  const kind = table[name.replace('#', `${spatial}D`)];
  if (kind === undefined) throw fail(call, 'only one or two spatial dimensions are supported');
  return kind({ ...call, config: { ...call.config, ...config } });
}

function pool(name: string): LayerKind {
  return (call) => asLayer(call, POOLING_LAYERS, name);
}

/** The kernel, which has to be a constant: one that is computed has no place in crossbars. */
function kernelOf(call: LayerCall, index: number): Tensor {
  const kernel = call.operands[index];
  if (kernel !== undefined && isConstant(kernel)) return kernel;
  throw fail(call, 'its kernel is computed from tensors; only constants are supported');
}

function inputChannels(call: LayerCall): number {
  return onlyInput(call).dims.at(call.config.data_format === 'channels_first' ? 1 : -1)!;
}

/** A kernel is [window…, input channels of a group, output channels]. */
const conv: LayerKind = (call) => {
  const { dims } = kernelOf(call, 1);
  const groups = inputChannels(call) / dims.at(-2)!;
  const config = { kernel_size: dims.slice(0, -2), filters: dims.at(-1), groups, use_bias: false };
  return asLayer(call, CONVOLUTION_LAYERS, 'Conv#', config);
};

/** A kernel is [window…, output channels, input channels]. */
const convTranspose: LayerKind = (call) => {
  const { dims } = kernelOf(call, 1);
  const config = { kernel_size: dims.slice(0, -2), filters: dims.at(-2), use_bias: false };
  return asLayer(call, CONVOLUTION_LAYERS, 'Conv#Transpose', config);
};

/** A kernel is [window…, input channels, outputs of each]. */
const depthwiseConv: LayerKind = (call) => {
  const { dims } = kernelOf(call, 1);
  const config = { kernel_size: dims.slice(0, -2), depth_multiplier: dims.at(-1), use_bias: false };
  return asLayer(call, CONVOLUTION_LAYERS, 'DepthwiseConv#', config);
};

const separableConv: LayerKind = (call) => {
  const { dims } = kernelOf(call, 1);
  const filters = kernelOf(call, 2).dims.at(-1);
  const config = { kernel_size: dims.slice(0, -2), depth_multiplier: dims.at(-1), filters, use_bias: false };
  return asLayer(call, CONVOLUTION_LAYERS, 'SeparableConv#', config);
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

/** Channels to positions, or the other way round. */
function blocks(change: typeof depthToSpace): LayerKind {
  return (call) => {
    const input = onlyInput(call);
    if (input.dims.length !== 4) throw fail(call, 'needs an input of 4 dimensions');
    const block = argument(call, ['block_size'], positive);
    const format = argument(call, ['data_format'], v.nullish(v.string('a name'), 'NHWC'), 2);
    const channelAxis = /^(channels_first|NCHW)$/.test(format) ? 1 : 3;
    return change(call.b, call.name, input, { block, channelAxis });
  };
}

/** Operations with windows over positions. */
export const WINDOWS: Readonly<Record<string, LayerKind>> = {
  adaptiveaveragepool: pool('AdaptiveAveragePooling#'),
  adaptivemaxpool: pool('AdaptiveMaxPooling#'),
  averagepool: pool('AveragePooling#'),
  conv,
  convtranspose: convTranspose,
  depthtospace: blocks(depthToSpace),
  depthwiseconv: depthwiseConv,
  maxpool: pool('MaxPooling#'),
  resize: resizeOperation,
  separableconv: separableConv,
  spacetodepth: blocks(spaceToDepth),
};
