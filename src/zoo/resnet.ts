import type { NetworkBuilder } from '../network/builder.ts';
import { elementwise } from '../network/operators/index.ts';
import type { Tensor } from '../network/tensor.ts';
import { type ImageDimension, type Published, squareImage, type ZooEntry } from './entry.ts';
import { conv, imageInput, maxPool } from './feature-maps.ts';

const SOURCE = 'He et al., Deep Residual Learning for Image Recognition, CVPR 2016, arXiv 1512.03385';

/** ResNet with these numbers of bottleneck blocks in its four stages, without classifier, named as in Keras. */
function resnet(
  name: string,
  description: string,
  blocks: readonly number[],
  published: Published,
): ZooEntry<ImageDimension> {
  return {
    name,
    description,
    source: SOURCE,
    dims: squareImage(224),
    published,
    build(b, dims) {
      let x = conv(b, 'conv1_conv', imageInput(b, dims), {
        channels: 64,
        kernel: 7,
        stride: 2,
        batchNorm: 'conv1_bn',
        activation: ['Relu', 'conv1_relu'],
      });
      x = maxPool(b, 'pool1_pool', x, { kernel: 3, stride: 2, padding: 1 });
      blocks.forEach((count, stage) => {
        for (let i = 1; i <= count; i++) {
          const first = i === 1;
          x = bottleneck(b, `conv${stage + 2}_block${i}`, x, {
            channels: 64 * 2 ** stage,
            // The pooling before the first stage has halved the map already.
            stride: first && stage > 0 ? 2 : 1,
            projected: first,
          });
        }
      });
    },
  };
}

/**
 * Three convolutions of 1x1, 3x3 and 1x1 around which the IFM is added again, through a convolution of its
 * own where the shape changes (`projected`). The stride is in the first 1x1, as in the paper and in Keras.
 */
function bottleneck(
  b: NetworkBuilder,
  name: string,
  input: Tensor,
  o: { channels: number; stride: number; projected: boolean },
): Tensor {
  const { channels, stride, projected } = o;
  const normalised = (index: number) => ({ batchNorm: `${name}_${index}_bn` });
  const activated = (index: number) =>
    ({ ...normalised(index), activation: ['Relu', `${name}_${index}_relu`] }) as const;
  const shortcut = projected
    ? conv(b, `${name}_0_conv`, input, { channels: 4 * channels, kernel: 1, stride, ...normalised(0) })
    : input;
  let x = conv(b, `${name}_1_conv`, input, { channels, kernel: 1, stride, ...activated(1) });
  x = conv(b, `${name}_2_conv`, x, { channels, kernel: 3, ...activated(2) });
  x = conv(b, `${name}_3_conv`, x, { channels: 4 * channels, kernel: 1, ...normalised(3) });
  const sum = elementwise(b, `${name}_add`, 'Add', [shortcut, x]);
  return elementwise(b, `${name}_out`, 'Relu', [sum]);
}

/** 16 bottleneck blocks. */
export const resnet50 = resnet('resnet50', 'ResNet50 without classifier', [3, 4, 6, 3], {
  baseLayers: 53,
  pesMinimum: 390,
  speedups: [],
});

/** 33 bottleneck blocks. */
export const resnet101 = resnet('resnet101', 'ResNet101 without classifier', [3, 4, 23, 3], {
  baseLayers: 104,
  pesMinimum: 679,
  speedups: [],
});

/** 50 bottleneck blocks. */
export const resnet152 = resnet('resnet152', 'ResNet152 without classifier', [3, 8, 36, 3], {
  baseLayers: 155,
  pesMinimum: 936,
  speedups: [],
});
