import type { NetworkBuilder } from '../network/builder.ts';
import { concat, elementwise, resize } from '../network/operators/index.ts';
import type { Tensor } from '../network/tensor.ts';
import { type ImageDimension, squareImage, type ZooEntry } from './entry.ts';
import { CHANNEL_AXIS, type ConvOptions, conv, imageInput, maxPool, upperHalf } from './feature-maps.ts';

/** 3 anchors a scale, each with 4 coordinates, an objectness and the 80 classes of COCO. */
const HEAD_CHANNELS = 3 * (4 + 1 + 80);

/** The coarsest map is 32 times smaller than the image, and is upsampled to meet the one before it. */
const COARSEST_STRIDE = 32;

/** Darknet-53, then heads on three scales; each finer one meets the coarser one upsampled. */
export const yoloV3: ZooEntry<ImageDimension> = {
  name: 'yolov3',
  description: 'YOLOv3, object detection on COCO',
  source: 'Redmon and Farhadi, YOLOv3: An Incremental Improvement, arXiv 1804.02767; yolov3.cfg of Darknet',
  dims: squareImage(416, COARSEST_STRIDE),
  build(b, dims) {
    const conv2d = leakyConvolutions(b);
    let x = conv2d(imageInput(b, dims), { channels: 32, kernel: 3 });
    const stages: Tensor[] = [];
    for (const [channels, blocks] of DARKNET_53) {
      x = conv2d(x, { channels, kernel: 3, stride: 2 });
      for (let block = 0; block < blocks; block++) {
        const narrow = conv2d(x, { channels: channels / 2, kernel: 1 });
        x = elementwise(b, 'add', 'Add', [conv2d(narrow, { channels, kernel: 3 }), x]);
      }
      stages.unshift(x);
    }
    const [coarse, middle, fine] = stages;
    x = scale(b, conv2d, coarse!, 1024);
    x = scale(b, conv2d, upsampledBeside(b, conv2d, x, 256, middle!), 512);
    scale(b, conv2d, upsampledBeside(b, conv2d, x, 128, fine!), 256);
  },
};

/** Channels of the stages of Darknet-53, and their numbers of residual blocks. */
const DARKNET_53 = [
  [64, 1],
  [128, 2],
  [256, 8],
  [512, 8],
  [1024, 4],
] as const;

/** Five convolutions, whose result goes on to the next scale, then the head. */
function scale(b: NetworkBuilder, conv2d: NumberedConvolution, input: Tensor, channels: number): Tensor {
  let x = input;
  for (const kernel of [1, 3, 1, 3, 1]) {
    x = conv2d(x, { channels: kernel === 1 ? channels / 2 : channels, kernel });
  }
  head(b, conv2d(x, { channels, kernel: 3 }));
  return x;
}

/** Two scales: a head on the coarsest map, and one on that map upsampled beside a finer one. */
export const tinyYoloV3: ZooEntry<ImageDimension> = {
  name: 'tinyyolov3',
  description: 'TinyYOLOv3, object detection on COCO',
  source:
    'Redmon and Farhadi, YOLOv3: An Incremental Improvement, arXiv 1804.02767; yolov3-tiny.cfg of Darknet',
  dims: squareImage(416, COARSEST_STRIDE),
  published: {
    baseLayers: 13,
    pesMinimum: 142,
    speedups: [
      {
        speedup: 29.2,
        extraPes: 32,
        scheduling: 'xinf',
        duplicated: true,
        assumed: 'the paper reports its best budget without naming it; taken to be 142 + 32 PEs',
      },
    ],
  },
  build(b, dims) {
    const conv2d = leakyConvolutions(b);
    let x = imageInput(b, dims);
    for (const channels of [16, 32, 64, 128]) {
      x = conv2d(x, { channels, kernel: 3 });
      x = maxPool(b, 'max_pooling2d', x, { kernel: 2, stride: 2 });
    }
    const fine = conv2d(x, { channels: 256, kernel: 3 });
    x = maxPool(b, 'max_pooling2d', fine, { kernel: 2, stride: 2 });
    x = conv2d(x, { channels: 512, kernel: 3 });
    x = maxPool(b, 'max_pooling2d', x, { kernel: 2, stride: 1, padding: 'same' });
    x = conv2d(x, { channels: 1024, kernel: 3 });
    heads(b, conv2d, conv2d(x, { channels: 256, kernel: 1 }), fine);
  },
};

/** Three cross stage partial blocks, then heads on two scales. */
export const tinyYoloV4: ZooEntry<ImageDimension> = {
  name: 'tinyyolov4',
  description: 'TinyYOLOv4, object detection on COCO',
  source: 'Wang et al., Scaled-YOLOv4, CVPR 2021, arXiv 2011.08036; yolov4-tiny.cfg of Darknet',
  dims: squareImage(416, COARSEST_STRIDE),
  published: {
    baseLayers: 21,
    pesMinimum: 117,
    speedups: [{ speedup: 21.9, extraPes: 32, scheduling: 'xinf', duplicated: true }],
  },
  build(b, dims) {
    const conv2d = leakyConvolutions(b);
    let x = imageInput(b, dims);
    x = conv2d(x, { channels: 32, kernel: 3, stride: 2 });
    x = conv2d(x, { channels: 64, kernel: 3, stride: 2 });
    let fine = x;
    for (const channels of [64, 128, 256]) {
      const whole = conv2d(x, { channels, kernel: 3 });
      const half = upperHalf(b, 'split', whole);
      const first = conv2d(half, { channels: channels / 2, kernel: 3 });
      const second = conv2d(first, { channels: channels / 2, kernel: 3 });
      const both = concat(b, 'concatenate', [second, first], CHANNEL_AXIS);
      fine = conv2d(both, { channels, kernel: 1 });
      x = concat(b, 'concatenate', [whole, fine], CHANNEL_AXIS);
      x = maxPool(b, 'max_pooling2d', x, { kernel: 2, stride: 2 });
    }
    x = conv2d(x, { channels: 512, kernel: 3 });
    heads(b, conv2d, conv2d(x, { channels: 256, kernel: 1 }), fine);
  },
};

type NumberedConvolution = (input: Tensor, options: ConvOptions) => Tensor;

/** Convolutions with batch norm and leaky ReLU, named conv2d, conv2d_1, … as Keras does. */
function leakyConvolutions(b: NetworkBuilder): NumberedConvolution {
  return (input, options) =>
    conv(b, 'conv2d', input, {
      batchNorm: 'batch_normalization',
      activation: ['LeakyRelu', 'leaky_re_lu'],
      ...options,
    });
}

/** The head on the coarse map, then the one on the fine map, in the order of Darknet's files. */
function heads(b: NetworkBuilder, conv2d: NumberedConvolution, coarse: Tensor, fine: Tensor): void {
  head(b, conv2d(coarse, { channels: 512, kernel: 3 }));
  const both = upsampledBeside(b, conv2d, coarse, 128, fine);
  head(b, conv2d(both, { channels: 256, kernel: 3 }));
}

/** The coarse map, narrowed and upsampled to the size of the fine one, concatenated with it. */
function upsampledBeside(
  b: NetworkBuilder,
  conv2d: NumberedConvolution,
  coarse: Tensor,
  channels: number,
  fine: Tensor,
): Tensor {
  const narrow = conv2d(coarse, { channels, kernel: 1 });
  const [, height, width] = fine.dims;
  const dims = [1, height!, width!, narrow.dims[CHANNEL_AXIS]!];
  const upsampled = resize(b, 'up_sampling2d', narrow, { dims, mode: 'nearest' });
  return concat(b, 'concatenate', [upsampled, fine], CHANNEL_AXIS);
}

/** The last convolution of a scale has a bias, and neither batch norm nor activation. */
function head(b: NetworkBuilder, input: Tensor): void {
  conv(b, 'conv2d', input, { channels: HEAD_CHANNELS, kernel: 1 });
}
