import type { NetworkBuilder } from '../network/builder.ts';
import { convolution, pooling, samePadding, slice, type Window } from '../network/operators/index.ts';
import type { Tensor } from '../network/tensor.ts';
import type { ImageDimension } from './entry.ts';

/** H and W of a feature map: in the zoo its axes are (batch, H, W, C), as in Keras. */
export const SPATIAL_AXES = [1, 2] as const;
/** C of a feature map. */
export const CHANNEL_AXIS = 3;

/**
 * Positions added around a map: that many on every side, or as many as TensorFlow's `SAME`, which puts an
 * odd one at the end.
 */
export type Padding = number | 'same';

/** A convolution with a square kernel, and what follows it. */
export interface ConvOptions {
  /** Channels of the OFM. */
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** So many on every side that stride 1 keeps the size (`floor(kernel / 2)`) by default. */
  readonly padding?: Padding;
  readonly groups?: number;
  /** A batch norm after the convolution; a bias is added where there is none. */
  readonly batchNorm?: string;
  /** The operator and the name of the activation, where there is one. */
  readonly activation?: readonly [op: string, name: string];
}

/** An RGB image, (1, height, width, 3). */
export function imageInput(b: NetworkBuilder, size: Readonly<Record<ImageDimension, number>>): Tensor {
  return b.input('input_1', { dims: [1, size.height, size.width, 3], h: 1, w: 2 });
}

/** A convolution with what follows it: batch norm or bias, then the activation. */
export function conv(b: NetworkBuilder, name: string, input: Tensor, o: ConvOptions): Tensor {
  const out = convolution(b, name, input, {
    windows: windows(input, o.kernel, o.stride ?? 1, o.padding ?? Math.floor(o.kernel / 2)),
    spatialAxes: SPATIAL_AXES,
    channelAxis: CHANNEL_AXIS,
    outputChannels: o.channels,
    groups: o.groups ?? 1,
    bias: o.batchNorm === undefined,
  });
  const normalised =
    o.batchNorm === undefined ? out : b.positionwise({ name: o.batchNorm, op: 'BatchNormalization' }, out);
  if (o.activation === undefined) return normalised;
  const [op, activationName] = o.activation;
  return b.positionwise({ name: activationName, op }, normalised);
}

/** Max pooling by a square window. */
export function maxPool(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { kernel: number; stride: number; padding?: Padding },
): Tensor {
  return pooling(b, name, input, {
    op: 'MaxPool',
    windows: windows(input, o.kernel, o.stride, o.padding ?? 0),
    spatialAxes: SPATIAL_AXES,
  });
}

/** The second half of the channels: a cross stage partial network's `route` by groups. */
export function upperHalf(b: NetworkBuilder, name: string, input: Tensor): Tensor {
  const size = input.dims[CHANNEL_AXIS]! / 2;
  return slice(b, name, input, { axis: CHANNEL_AXIS, start: size, size, op: 'Split' });
}

function windows(input: Tensor, kernel: number, stride: number, padding: Padding): Window[] {
  return SPATIAL_AXES.map((axis) => {
    const window = { kernel, stride, dilation: 1 };
    const around =
      padding === 'same' ? samePadding(input.dims[axis]!, window) : { before: padding, after: padding };
    return { ...window, ...around };
  });
}
