import { type ImageDimension, type Published, squareImage, type ZooEntry } from './entry.ts';
import { conv, imageInput, maxPool } from './feature-maps.ts';

const SOURCE =
  'Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015, ' +
  'arXiv 1409.1556';

/** Channels of the five blocks; a pooling halves the map behind each of them. */
const BLOCK_CHANNELS = [64, 128, 256, 512, 512];

/** VGG with these numbers of convolutions in its five blocks, without classifier, named as in Keras. */
function vgg(
  name: string,
  description: string,
  convolutions: readonly number[],
  published: Published,
): ZooEntry<ImageDimension> {
  return {
    name,
    description,
    source: SOURCE,
    dims: squareImage(224),
    published,
    build(b, dims) {
      let x = imageInput(b, dims);
      convolutions.forEach((count, i) => {
        const block = `block${i + 1}`;
        for (let j = 1; j <= count; j++) {
          const convName = `${block}_conv${j}`;
          x = conv(b, convName, x, {
            channels: BLOCK_CHANNELS[i]!,
            kernel: 3,
            activation: ['Relu', `${convName}/relu`],
          });
        }
        x = maxPool(b, `${block}_pool`, x, { kernel: 2, stride: 2 });
      });
    },
  };
}

/** 13 convolutions of 3x3. */
export const vgg16 = vgg('vgg16', 'VGG16 without classifier', [2, 2, 3, 3, 3], {
  baseLayers: 13,
  pesMinimum: 233,
  speedups: [],
});

/** 16 convolutions of 3x3. */
export const vgg19 = vgg('vgg19', 'VGG19 without classifier', [2, 2, 4, 4, 4], {
  baseLayers: 16,
  pesMinimum: 314,
  speedups: [],
});
