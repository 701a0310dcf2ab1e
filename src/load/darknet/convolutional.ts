import { convolution, dense, pooling, reshape, type Window } from '../../network/operators/index.ts';
import { elements, type Tensor } from '../../network/tensor.ts';
import { activate } from './activation.ts';
import {
  CHANNEL_AXIS,
  HEIGHT_AXIS,
  map,
  type SectionCall,
  type SectionKind,
  WIDTH_AXIS,
} from './section-kind.ts';

const SPATIAL_AXES = [HEIGHT_AXIS, WIDTH_AXIS];

/** [convolutional]: filters, size, stride(_x, _y), pad or padding, dilation, groups, antialiasing. */
export const convolutional: SectionKind = (call) => {
  const { b, section, input } = call;
  if (section.has('share_index')) {
    b.warnings.push(
      `line ${section.line}, [convolutional]: its weights are shared with another section (share_index=) ` +
        'but get PEs of their own',
    );
  }
  const strides = readStrides(call, section.integer('stride', { otherwise: 1, min: 0 }));
  const antialiasing = section.integer('antialiasing', { otherwise: 0, min: 0 });
  const output = convolution(b, 'conv2d', input, {
    windows: windows(call, antialiasing > 0 ? [1, 1] : strides),
    spatialAxes: SPATIAL_AXES,
    channelAxis: CHANNEL_AXIS,
    outputChannels: section.integer('filters', { otherwise: 1 }),
    groups: section.integer('groups', { otherwise: 1 }),
    bias: !isNormalised(call),
  });
  const activated = normaliseAndActivate(call, output);
  return antialiasing > 0 ? blur(call, activated, strides, antialiasing) : activated;
};

/** [deconvolutional]: a transposed convolution. */
export const deconvolutional: SectionKind = (call) => {
  const { b, section, input } = call;
  const stride = section.integer('stride', { otherwise: 1 });
  const output = convolution(b, 'conv2d_transpose', input, {
    windows: windows(call, [stride, stride]),
    spatialAxes: SPATIAL_AXES,
    channelAxis: CHANNEL_AXIS,
    outputChannels: section.integer('filters', { otherwise: 1 }),
    groups: section.integer('groups', { otherwise: 1 }),
    bias: !isNormalised(call),
    transposed: true,
  });
  return normaliseAndActivate(call, output);
};

/** [connected]: a dense layer over all values of its input. */
export const connected: SectionKind = (call) => {
  const { b, section, input } = call;
  const flat = reshape(b, 'flatten', input, [1, elements(input.dims)]);
  const outputFeatures = section.integer('output', { otherwise: 1 });
  const output = dense(b, 'dense', flat, { outputFeatures, bias: !isNormalised(call) });
  return normaliseAndActivate(call, { ...output, ...map(outputFeatures, 1, 1) });
};

/** [batchnorm] as a section of its own. */
export const batchnorm: SectionKind = ({ b, input }) =>
  b.positionwise({ name: 'batch_normalization', op: 'BatchNormalization' }, input);

/**
 * Antialiasing: the strides of a layer are done by a blur behind it, over 3 x 3 positions (2 x 2 for
 * antialiasing=2), whose weights are fixed: work for the GPEU.
 */
export function blur(
  { b }: SectionCall,
  input: Tensor,
  strides: readonly number[],
  antialiasing: number,
): Tensor {
  const [kernel, padding] = antialiasing === 2 ? [2, 0] : [3, 1];
  return pooling(b, 'blur', input, {
    op: 'Blur',
    windows: strides.map((stride) => ({ kernel, stride, dilation: 1, before: padding, after: padding })),
    spatialAxes: SPATIAL_AXES,
  });
}

/** `stride_y` and `stride_x`, each `stride` where it is not given. */
export function readStrides({ section }: SectionCall, stride: number): [number, number] {
  const read = (key: string) => section.integer(key, { otherwise: stride, min: 0 }) || stride;
  const strides: [number, number] = [read('stride_y'), read('stride_x')];
  if (strides.includes(0)) throw section.error('stride must be at least 1, found 0');
  return strides;
}

function windows({ section }: SectionCall, strides: readonly number[]): Window[] {
  const kernel = section.integer('size', { otherwise: 1 });
  const dilation = kernel === 1 ? 1 : section.integer('dilation', { otherwise: 1 });
  const half = section.integer('pad', { otherwise: 0, min: 0 }) > 0;
  // Darknet multiplies the padding with the dilation when it lays the windows out.
  const padding =
    (half ? Math.floor(kernel / 2) : section.integer('padding', { otherwise: 0, min: 0 })) * dilation;
  return strides.map((stride) => ({ kernel, stride, dilation, before: padding, after: padding }));
}

function isNormalised({ section }: SectionCall): boolean {
  const flag = (key: string) => section.integer(key, { otherwise: 0, min: 0 }) > 0;
  return flag('batch_normalize') || flag('cbn');
}

function normaliseAndActivate(call: SectionCall, tensor: Tensor): Tensor {
  const normalised = isNormalised(call) ? batchnorm({ ...call, input: tensor }) : tensor;
  return activate(call, normalised, 'logistic');
}
