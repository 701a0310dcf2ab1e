import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** An encoder of patches with a class token (Dosovitskiy et al., 2021). */
export function vit(): ModelSpec {
  const [size, tokens] = [24, 17];
  const net = new Net({ image: [1, 3, 32, 32] });
  const patches = net.conv('image', size, 8, { stride: 8, pads: [0, 0, 0, 0] });
  const rows = net.transpose(net.reshape(patches, [1, size, 16]), 0, 2, 1);
  const classToken = net.uniform([1, 1, size], -1, 1);
  const all = net.add('Concat', [classToken, rows], { axis: 1 }, size);
  let x = net.add('Add', [all, net.uniform([1, tokens, size], -0.5, 0.5)]);
  for (let block = 0; block < 2; block++) {
    x = net.add('Add', [x, net.attention(net.layerNorm(x), [1], tokens, 3)]);
    x = net.add('Add', [x, net.dense(net.gelu(net.dense(net.layerNorm(x), 4 * size)), size)]);
  }
  const first = net.add('Gather', [net.layerNorm(x), net.tensor({ dims: [], ints: [0] })], { axis: 1 }, size);
  return net.spec([net.dense(first, 10)]);
}
