import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Plain layers (Simonyan and Zisserman, 2015); `P` pools. Dense layers read the whole map. */
export function vgg(size: number, layers: readonly (number | 'P')[], dense: readonly number[]): ModelSpec {
  const net = new Net({ image: [1, 3, size, size] });
  const map = layers.reduce<string>(
    (x, layer) => (layer === 'P' ? net.pool('MaxPool', x, 2, 2) : net.relu(net.conv(x, layer, 3))),
    'image',
  );
  const side = size >> layers.filter((layer) => layer === 'P').length;
  let x = net.add('Flatten', [map], {}, net.channels(map) * side * side);
  dense.forEach((to, i) => {
    const weights = net.weights([to, net.channels(x)], net.channels(x));
    x = net.add('Gemm', [x, weights, net.uniform([to], -0.2, 0.2)], { transB: 1 }, to);
    if (i < dense.length - 1) x = net.relu(x);
  });
  return net.spec([x]);
}
