import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Blocks of branches with kernels of 1x7 and 7x1 (Szegedy et al., 2016), and one that halves the map. */
export function inception(): ModelSpec {
  const net = new Net({ image: [1, 3, 23, 23] });
  const layer = (x: string, to: number, kernel: number | readonly [number, number]) =>
    net.relu(net.convNorm(x, to, kernel));
  const block = (x: string) =>
    net.concat([
      layer(x, 8, 1),
      layer(layer(layer(x, 6, 1), 6, [1, 7]), 8, [7, 1]),
      layer(layer(layer(x, 6, 1), 8, 3), 8, 3),
      layer(net.pool('AveragePool', x, 3, 1, [1, 1, 1, 1]), 8, 1),
    ]);
  const stem = net.relu(net.convNorm('image', 12, 3, { stride: 2, pads: [0, 0, 0, 0] }));
  const wide = block(stem);
  const halved = net.concat([
    net.relu(net.convNorm(wide, 12, 3, { stride: 2, pads: [0, 0, 0, 0] })),
    net.pool('MaxPool', wide, 3, 2),
  ]);
  return net.spec([net.classify(block(halved), 10)]);
}
