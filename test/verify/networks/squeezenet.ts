import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Fire modules (Iandola et al., 2016): a narrow layer, and two behind it side by side. */
export function squeezenet(): ModelSpec {
  const net = new Net({ image: [1, 3, 29, 29] });
  const fire = (x: string, narrow: number, wide: number) => {
    const squeezed = net.relu(net.conv(x, narrow, 1));
    return net.concat([net.relu(net.conv(squeezed, wide, 1)), net.relu(net.conv(squeezed, wide, 3))]);
  };
  const stem = net.relu(net.conv('image', 16, 3, { stride: 2, pads: [0, 0, 0, 0] }));
  const first = fire(net.pool('MaxPool', stem, 3, 2), 4, 12);
  const second = fire(net.pool('MaxPool', fire(first, 6, 12), 3, 2), 8, 16);
  const last = net.relu(net.conv(second, 10, 1));
  return net.spec([net.add('Flatten', [net.add('GlobalAveragePool', [last])])]);
}
