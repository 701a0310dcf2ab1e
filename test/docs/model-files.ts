import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'jpeg-js';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';
import { plainPng } from '../node/images/png-writer.ts';

/** Puts the files that stand for the reader's own models and images in the documents into `folder`. */
export function writeModelFiles(folder: string): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

const values = Array.from({ length: 16 * 3 * 3 * 3 }, (_, i) => ((i * 37) % 101) / 101 - 0.5);
const initializers = { weights: { ...weights(16, 3, 3, 3), floats: values } };
const convolution = node('Conv', 'image weights', 'convolved', { kernel_shape: [3, 3] }, 'conv');

/** Levels of red, green and blue of an image of 40 x 36 pixels. */
const pixels = Array.from({ length: 40 * 36 * 3 }, (_, i) => (i * 7919) % 256);
const rgba = pixels.flatMap((level, i) => (i % 3 === 2 ? [level, 255] : [level]));

const files: Readonly<Record<string, Uint8Array>> = {
  'cat.png': plainPng(40, 36, pixels),
  'cat.jpg': encode({ width: 40, height: 36, data: Uint8Array.from(rgba) }, 90).data,
  'photos/1.png': plainPng(40, 36, pixels),
  'photos/2.png': plainPng(40, 36, pixels.toReversed()),
  'model.onnx': model({
    inputs: { image: ['batch', 3, 32, 32] },
    initializers,
    nodes: [convolution, node('Relu', 'convolved', 'output')],
    outputs: ['output'],
  }),
  'detector.onnx': model({
    inputs: { image: ['batch', 3, 'height', 'width'] },
    initializers,
    nodes: [convolution, node('Relu', 'convolved', 'output')],
    outputs: ['output'],
  }),
  'mlp.onnx': model({
    inputs: { image: [32, 784] },
    initializers: { weights: weights(784, 128) },
    nodes: [node('Gemm', 'image weights', 'output', {}, 'dense')],
    outputs: ['output'],
  }),
  'custom.onnx': model({
    inputs: { image: ['batch', 3, 32, 32] },
    initializers,
    nodes: [convolution, node('com.example:Spline', 'convolved', 'output', {}, 'spline')],
    outputs: ['output'],
  }),
};
