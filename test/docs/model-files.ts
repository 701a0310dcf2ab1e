import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';

/** Puts the files that stand for the reader's own models in the documents into `folder`. */
export function writeModelFiles(folder: string): void {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

const values = Array.from({ length: 16 * 3 * 3 * 3 }, (_, i) => ((i * 37) % 101) / 101 - 0.5);
const initializers = { weights: { ...weights(16, 3, 3, 3), floats: values } };
const convolution = node('Conv', 'image weights', 'convolved', { kernel_shape: [3, 3] }, 'conv');

const files: Readonly<Record<string, Uint8Array>> = {
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
