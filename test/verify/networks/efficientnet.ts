import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Inverted residuals with squeeze and excitation (Tan and Le, 2019): channels are scaled by what all positions say. */
export function efficientnet(): ModelSpec {
  const net = new Net({ image: [1, 3, 28, 28] });
  const excite = (x: string, narrow: number) => {
    const squeezed = net.swish(net.conv(net.add('GlobalAveragePool', [x]), narrow, 1));
    return net.add('Mul', [x, net.add('Sigmoid', [net.conv(squeezed, net.channels(x), 1)])]);
  };
  const block = (x: string, to: number, kernel: number, stride: number) => {
    const wide = 4 * net.channels(x);
    const half = kernel >> 1;
    const expanded = net.swish(net.convNorm(x, wide, 1));
    const pads = [half, half, half, half];
    const depthwise = net.swish(net.convNorm(expanded, wide, kernel, { stride, group: wide, pads }));
    const narrow = net.convNorm(excite(depthwise, Math.max(1, wide >> 4)), to, 1);
    return stride === 1 && net.channels(x) === to ? net.add('Add', [narrow, x]) : narrow;
  };
  const stem = net.swish(net.convNorm('image', 8, 3, { stride: 2, pads: [0, 0, 1, 1] }));
  const x = block(block(block(stem, 8, 3, 1), 12, 5, 2), 12, 5, 1);
  return net.spec([net.classify(net.swish(net.convNorm(x, 32, 1)), 10)]);
}
