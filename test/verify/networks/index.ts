import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { bert } from './bert.ts';
import { convnext } from './convnext.ts';
import { densenet } from './densenet.ts';
import { efficientnet } from './efficientnet.ts';
import { inception } from './inception.ts';
import { mobilenet } from './mobilenet.ts';
import { qdqResnet } from './qdq-resnet.ts';
import { resnet } from './resnet.ts';
import { shufflenet } from './shufflenet.ts';
import { squeezenet } from './squeezenet.ts';
import { swiglu } from './swiglu.ts';
import { swin } from './swin.ts';
import { tinyyolo } from './tinyyolo.ts';
import { unet } from './unet.ts';
import { vgg } from './vgg.ts';
import { vit } from './vit.ts';

/** A network that is held against ONNX Runtime. */
export interface TriedNetwork {
  readonly name: string;
  /** What is in it, for the table. */
  readonly has: string;
  readonly build: () => ModelSpec;
}

const small = { size: 32, classes: 10, stem: 8 };

/** Small ones with what is special about their kind. */
export const NETWORKS: readonly TriedNetwork[] = [
  {
    name: 'resnet',
    has: 'batch norm, residual blocks, stride 2',
    build: () =>
      resnet({
        ...small,
        stages: [
          [8, 2],
          [16, 1],
        ],
      }),
  },
  {
    name: 'resnext',
    has: 'bottlenecks with grouped convolutions',
    build: () =>
      resnet({
        ...small,
        stages: [
          [8, 1],
          [16, 2],
        ],
        expansion: 2,
        groups: 4,
      }),
  },
  { name: 'qdq resnet', has: 'weights and activations of 8 bits', build: qdqResnet },
  {
    name: 'vgg',
    has: 'dense layers that read whole maps',
    build: () => vgg(16, [8, 'P', 16, 16, 'P'], [24, 10]),
  },
  { name: 'squeezenet', has: 'fire modules, odd maps', build: squeezenet },
  { name: 'inception', has: 'branches, kernels of 1x7 and 7x1', build: inception },
  { name: 'densenet', has: 'norms in front, concatenations', build: densenet },
  {
    name: 'mobilenetv2',
    has: 'depthwise convolutions, ReLU6',
    build: () =>
      mobilenet(
        32,
        10,
        [
          [1, 8, 1, 1],
          [4, 12, 2, 2],
          [4, 16, 2, 2],
        ],
        8,
        32,
      ),
  },
  { name: 'efficientnet', has: 'squeeze and excitation, swish', build: efficientnet },
  { name: 'shufflenetv2', has: 'channels split and shuffled', build: shufflenet },
  { name: 'unet', has: 'transposed convolution, interpolation', build: unet },
  { name: 'tinyyolo', has: 'pooling of stride 1, upsampling, two outputs', build: tinyyolo },
  { name: 'convnext', has: '7x7 depthwise, layer norm, GELU', build: convnext },
  {
    name: 'vit',
    has: 'patches, class token, attention',
    build: () => vit({ size: 32, patch: 8, channels: 24, heads: 3, blocks: 2, classes: 10 }),
  },
  { name: 'swin', has: 'windows, rolled windows, merged patches', build: swin },
  { name: 'bert', has: 'embeddings, attention under a mask', build: bert },
  { name: 'swiglu', has: 'gated MLP, root mean square norm', build: swiglu },
];
