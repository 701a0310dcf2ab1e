import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Sizes of an encoder of patches. */
export interface VitOptions {
  /** Height and width of the input, and of a patch. */
  readonly size: number;
  readonly patch: number;
  readonly channels: number;
  readonly heads: number;
  readonly blocks: number;
  readonly classes: number;
}

/** An encoder of patches with a class token (Dosovitskiy et al., 2021). */
export function vit({ size, patch, channels, heads, blocks, classes }: VitOptions): ModelSpec {
  const patchesInAll = (size / patch) ** 2;
  const tokens = patchesInAll + 1;
  const net = new Net({ image: [1, 3, size, size] });
  const patches = net.conv('image', channels, patch, { stride: patch, pads: [0, 0, 0, 0] });
  const rows = net.transpose(net.reshape(patches, [1, channels, patchesInAll]), 0, 2, 1);
  const classToken = net.uniform([1, 1, channels], -1, 1);
  const all = net.add('Concat', [classToken, rows], { axis: 1 }, channels);
  let x = net.add('Add', [all, net.uniform([1, tokens, channels], -0.5, 0.5)]);
  for (let block = 0; block < blocks; block++) {
    x = net.add('Add', [x, net.attention(net.layerNorm(x), [1], tokens, heads)]);
    x = net.add('Add', [x, net.dense(net.gelu(net.dense(net.layerNorm(x), 4 * channels)), channels)]);
  }
  const first = net.add(
    'Gather',
    [net.layerNorm(x), net.tensor({ dims: [], ints: [0] })],
    { axis: 1 },
    channels,
  );
  return net.spec([net.dense(first, classes)]);
}
