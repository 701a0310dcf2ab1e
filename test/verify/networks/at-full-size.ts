import { readFileSync } from 'node:fs';
import { model } from '../../load/onnx/onnx-writer.ts';
import { modelFile } from '../../models.ts';
import { filled } from './filled.ts';
import { MOBILENET_V2, mobilenet } from './mobilenet.ts';
import { resnet } from './resnet.ts';
import { vgg } from './vgg.ts';
import { vit } from './vit.ts';

/** A network of ImageNet's size that is held against ONNX Runtime. */
export interface FullNetwork {
  readonly name: string;
  readonly has: string;
  readonly build: () => Uint8Array;
  /** Seconds of processor time that its execution may take. */
  readonly seconds?: number;
  /** Real file that it is made of, which is not everywhere. */
  readonly file?: string;
}

const imageNet = { size: 224, classes: 1000, stem: 64 };
const light = (name: string) => {
  const file = modelFile(`onnx/light_${name}.onnx`);
  return { file, build: () => filled(readFileSync(file)) };
};

export const FULL_NETWORKS: readonly FullNetwork[] = [
  {
    name: 'MobileNetV2',
    has: 'written by these tests',
    seconds: 10,
    build: () => model(mobilenet(224, 1000, MOBILENET_V2, 32, 1280)),
  },
  {
    name: 'ResNet-18',
    has: 'written by these tests',
    build: () =>
      model(
        resnet({
          ...imageNet,
          stages: [
            [64, 2],
            [128, 2],
            [256, 2],
            [512, 2],
          ],
        }),
      ),
  },
  {
    name: 'ResNet-50',
    has: 'written by these tests',
    seconds: 60,
    build: () =>
      model(
        resnet({
          ...imageNet,
          stages: [
            [64, 3],
            [128, 4],
            [256, 6],
            [512, 3],
          ],
          expansion: 4,
        }),
      ),
  },
  {
    name: 'VGG-11',
    has: 'with one dense layer instead of three',
    build: () => model(vgg(224, [64, 'P', 128, 'P', 256, 256, 'P', 512, 512, 'P', 512, 512, 'P'], [1000])),
  },
  {
    name: 'ViT-Ti/16',
    has: 'written by these tests',
    build: () => model(vit({ size: 224, patch: 16, channels: 192, heads: 3, blocks: 12, classes: 1000 })),
  },
  {
    name: 'light_squeezenet.onnx',
    has: 'a file of the ONNX project with random weights in it',
    ...light('squeezenet'),
  },
  {
    name: 'light_resnet50.onnx',
    has: 'a file of the ONNX project with random weights in it',
    ...light('resnet50'),
  },
];
