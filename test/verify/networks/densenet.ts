import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Dense blocks (Huang et al., 2017): norm and activation in front of layers that read all before them. */
export function densenet(): ModelSpec {
  const net = new Net({ image: [1, 3, 32, 32] });
  const layer = (x: string, to: number, kernel: number) => net.conv(net.relu(net.batchNorm(x)), to, kernel);
  let x = net.pool(
    'MaxPool',
    net.conv('image', 16, 5, { stride: 2, pads: [2, 2, 2, 2] }),
    3,
    2,
    [1, 1, 1, 1],
  );
  for (const layers of [3, 2]) {
    for (let i = 0; i < layers; i++) x = net.concat([x, layer(layer(x, 16, 1), 8, 3)]);
    x = net.pool('AveragePool', layer(x, net.channels(x) / 2, 1), 2, 2);
  }
  return net.spec([net.classify(net.relu(net.batchNorm(x)), 10)]);
}
