import * as v from 'valibot';
import { convolution, UNIT_WINDOW, type Window } from '../../../network/operators/index.ts';
import type { Tensor } from '../../../network/tensor.ts';
import { quantised } from '../bits.ts';
import { configured, type LayerCall, type LayerKind, onlyInput } from '../layer-kind.ts';
import { natural, positive, sizes } from '../schema.ts';
import { activate } from './activation.ts';
import { type Axes, axes, dataFormat, type PaddingMode, paddingMode, window } from './spatial.ts';

/** What all convolutions over `count` spatial axes have in common. */
function windowSchema(count: number) {
  return v.object({
    kernel_size: sizes(count),
    strides: v.optional(sizes(count), 1),
    dilation_rate: v.optional(sizes(count), 1),
    padding: paddingMode,
    data_format: dataFormat,
    use_bias: v.nullish(v.boolean('true or false'), true),
  });
}
type WindowConfig = v.InferOutput<ReturnType<typeof windowSchema>>;

function windows(tensor: Tensor, spatial: readonly number[], config: WindowConfig): Window[] {
  return spatial.map((axis, i) =>
    window(tensor.dims[axis]!, {
      kernel: config.kernel_size[i]!,
      stride: config.strides[i]!,
      dilation: config.dilation_rate[i]!,
      padding: config.padding,
    }),
  );
}

/** Conv1D and Conv2D. */
function conv(count: number): LayerKind {
  const schema = v.object({
    ...windowSchema(count).entries,
    filters: positive,
    groups: v.optional(positive, 1),
  });
  return configured(schema, (call, config) => {
    const input = onlyInput(call);
    const { spatial, channel } = axes(call, count, config.data_format);
    const output = quantised(call, input, 'kernel_quantizer', () =>
      convolution(call.b, call.name, input, {
        windows: windows(input, spatial, config),
        spatialAxes: spatial,
        channelAxis: channel,
        outputChannels: config.filters,
        groups: config.groups,
        bias: config.use_bias,
      }),
    );
    return activate(call, output);
  });
}

/** One kernel a channel: the groups are the input's channels. */
function depthwise(
  call: LayerCall,
  name: string,
  { spatial, channel }: Axes,
  config: WindowConfig & { depth_multiplier: number },
  bias: boolean,
): Tensor {
  const input = onlyInput(call);
  const channels = input.dims[channel]!;
  return quantised(call, input, 'depthwise_quantizer', () =>
    convolution(call.b, name, input, {
      windows: windows(input, spatial, config),
      spatialAxes: spatial,
      channelAxis: channel,
      outputChannels: channels * config.depth_multiplier,
      groups: channels,
      bias,
    }),
  );
}

/** DepthwiseConv1D and DepthwiseConv2D. */
function depthwiseConv(count: number): LayerKind {
  const schema = v.object({ ...windowSchema(count).entries, depth_multiplier: v.optional(positive, 1) });
  return configured(schema, (call, config) =>
    activate(
      call,
      depthwise(call, call.name, axes(call, count, config.data_format), config, config.use_bias),
    ),
  );
}

/** SeparableConv1D and SeparableConv2D: two base layers, of which only the second has a bias. */
function separableConv(count: number): LayerKind {
  const schema = v.object({
    ...windowSchema(count).entries,
    filters: positive,
    depth_multiplier: v.optional(positive, 1),
  });
  return configured(schema, (call, config) => {
    const where = axes(call, count, config.data_format);
    const middle = depthwise(call, `${call.name}/depthwise`, where, config, false);
    const output = quantised(call, undefined, 'pointwise_quantizer', () =>
      convolution(call.b, `${call.name}/pointwise`, middle, {
        windows: where.spatial.map(() => UNIT_WINDOW),
        spatialAxes: where.spatial,
        channelAxis: where.channel,
        outputChannels: config.filters,
        bias: config.use_bias,
      }),
    );
    return activate(call, output);
  });
}

/** Conv1DTranspose and Conv2DTranspose. */
function transposedConv(count: number): LayerKind {
  const extra = v.union([natural, v.array(natural)], 'an integer or a list of them');
  const schema = v.object({
    ...windowSchema(count).entries,
    filters: positive,
    groups: v.optional(positive, 1),
    output_padding: v.nullish(extra),
  });
  return configured(schema, (call, config) => {
    const input = onlyInput(call);
    const { spatial, channel } = axes(call, count, config.data_format);
    const outputPadding = config.output_padding ?? undefined;
    const directions = spatial.map((axis, i) =>
      transposedWindow(input.dims[axis]!, {
        kernel: config.kernel_size[i]!,
        stride: config.strides[i]!,
        dilation: config.dilation_rate[i]!,
        padding: config.padding,
        outputPadding: typeof outputPadding === 'number' ? outputPadding : outputPadding?.[i],
      }),
    );
    const options = {
      windows: directions.map((direction) => direction.window),
      outputSizes: directions.map((direction) => direction.size),
      spatialAxes: spatial,
      channelAxis: channel,
      outputChannels: config.filters,
      groups: config.groups,
      bias: config.use_bias,
      transposed: true,
    };
    const output = quantised(call, input, 'kernel_quantizer', () =>
      convolution(call.b, call.name, input, options),
    );
    return activate(call, output);
  });
}

/** Output size and padding of a transposed convolution, as Keras lays it out: the inverse of a padded one. */
function transposedWindow(
  size: number,
  o: {
    kernel: number;
    stride: number;
    dilation: number;
    padding: PaddingMode;
    outputPadding: number | undefined;
  },
): { window: Window; size: number } {
  const { kernel, stride, dilation } = o;
  const reach = dilation * (kernel - 1) + 1;
  const full = (size - 1) * stride + reach;
  const same = o.padding === 'same';
  const output =
    o.outputPadding === undefined
      ? size * stride + (same ? 0 : Math.max(0, reach - stride))
      : full - (same ? 2 * Math.floor(reach / 2) : 0) + o.outputPadding;
  const before = same ? Math.floor(Math.max(0, full - output) / 2) : 0;
  return { window: { kernel, stride, dilation, before, after: 0 }, size: output };
}

/** The layers of this family, by class. */
export const CONVOLUTION_LAYERS: Readonly<Record<string, LayerKind>> = {
  Conv1D: conv(1),
  Conv1DTranspose: transposedConv(1),
  Conv2D: conv(2),
  Conv2DTranspose: transposedConv(2),
  Convolution1D: conv(1),
  Convolution2D: conv(2),
  DepthwiseConv1D: depthwiseConv(1),
  DepthwiseConv2D: depthwiseConv(2),
  SeparableConv1D: separableConv(1),
  SeparableConv2D: separableConv(2),
};
