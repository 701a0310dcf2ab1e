import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Blocks of ConvNeXt (Liu et al., 2022): 7x7 depthwise, then norm and dense layers with the channels last. */
export function convnext(): ModelSpec {
  const net = new Net({ image: [1, 3, 32, 32] });
  const normOfImage = (x: string) => net.transpose(net.layerNorm(net.transpose(x, 0, 2, 3, 1)), 0, 3, 1, 2);
  const block = (x: string) => {
    const size = net.channels(x);
    const depthwise = net.transpose(net.conv(x, size, 7, { group: size }), 0, 2, 3, 1);
    const dense = net.dense(net.gelu(net.dense(net.layerNorm(depthwise), 4 * size)), size);
    const scaled = net.add('Mul', [dense, net.uniform([size], 0.5, 1)]);
    return net.add('Add', [x, net.transpose(scaled, 0, 3, 1, 2)]);
  };
  const patches = normOfImage(net.conv('image', 12, 4, { stride: 4, pads: [0, 0, 0, 0] }));
  const halved = net.conv(normOfImage(block(block(patches))), 24, 2, { stride: 2, pads: [0, 0, 0, 0] });
  return net.spec([net.classify(block(halved), 10)]);
}
