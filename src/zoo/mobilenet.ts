import type { NetworkBuilder } from '../network/builder.ts';
import { dense, elementwise, reduce } from '../network/operators/index.ts';
import type { Tensor } from '../network/tensor.ts';
import { type ImageDimension, squareImage, type ZooEntry } from './entry.ts';
import { CHANNEL_AXIS, conv, imageInput, SPATIAL_AXES } from './feature-maps.ts';

/** Stages of inverted residual blocks: table 2 of the paper. */
const STAGES = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { expansion: 6, channels: 320, blocks: 1, stride: 1 },
];

/** MobileNetV2 with width 1 and its classifier, named as in Keras. */
export const mobilenetV2: ZooEntry<ImageDimension> = {
  name: 'mobilenetv2',
  description: 'MobileNetV2 with classifier, depthwise convolutions',
  source:
    'Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018, arXiv 1801.04381',
  dims: squareImage(224),
  build(b, dims) {
    let x = conv(b, 'Conv1', imageInput(b, dims), {
      channels: 32,
      kernel: 3,
      stride: 2,
      padding: 'same',
      batchNorm: 'bn_Conv1',
      activation: ['Relu6', 'Conv1_relu'],
    });
    let block = 0;
    for (const { expansion, channels, blocks, stride } of STAGES) {
      for (let i = 0; i < blocks; i++) {
        const name = block === 0 ? 'expanded_conv' : `block_${block}`;
        x = invertedResidual(b, name, x, { expansion, channels, stride: i === 0 ? stride : 1 });
        block += 1;
      }
    }
    x = conv(b, 'Conv_1', x, {
      channels: 1280,
      kernel: 1,
      batchNorm: 'Conv_1_bn',
      activation: ['Relu6', 'out_relu'],
    });
    const pooling = { name: 'global_average_pooling2d', op: 'GlobalAveragePool' };
    x = reduce(b, pooling, x, SPATIAL_AXES, { keepDims: false });
    x = dense(b, 'predictions', x, { outputFeatures: 1000, bias: true });
    elementwise(b, 'predictions/softmax', 'Softmax', [x]);
  },
};

/** Expands the channels, filters each of them, and projects them down; added to the IFM where that fits. */
function invertedResidual(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { expansion: number; channels: number; stride: number },
): Tensor {
  const inputChannels = input.dims[CHANNEL_AXIS]!;
  const wide = inputChannels * o.expansion;
  const activated = (part: string) =>
    ({ batchNorm: `${name}_${part}_BN`, activation: ['Relu6', `${name}_${part}_relu`] }) as const;
  let x = input;
  if (o.expansion > 1)
    x = conv(b, `${name}_expand`, x, { channels: wide, kernel: 1, ...activated('expand') });
  x = conv(b, `${name}_depthwise`, x, {
    channels: wide,
    kernel: 3,
    stride: o.stride,
    padding: 'same',
    groups: wide,
    ...activated('depthwise'),
  });
  x = conv(b, `${name}_project`, x, { channels: o.channels, kernel: 1, batchNorm: `${name}_project_BN` });
  return o.stride === 1 && inputChannels === o.channels
    ? elementwise(b, `${name}_add`, 'Add', [input, x])
    : x;
}
