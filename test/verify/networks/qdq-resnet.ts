import { INT8, type ModelSpec, UINT8 } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Residual blocks as quantisers write them: weights and activations of 8 bits, each with its scale. */
export function qdqResnet(): ModelSpec {
  const net = new Net({ image: [1, 3, 24, 24] });
  const quantised = (x: string, scale: number) => {
    const parameters = [net.scalar(scale), net.tensor({ dims: [], type: UINT8, ints: [128] })];
    const codes = net.add('QuantizeLinear', [x, ...parameters]);
    return net.add('DequantizeLinear', [codes, ...parameters]);
  };
  const conv = (x: string, to: number, kernel: number, stride = 1) => {
    const rows = net.channels(x) * kernel * kernel;
    const count = to * rows;
    const codes = Array.from({ length: count }, (_, i) => ((i * 7919 + to * 31) % 255) - 127);
    const weights = net.add(
      'DequantizeLinear',
      [
        net.tensor({ dims: [to, net.channels(x), kernel, kernel], type: INT8, ints: codes }),
        net.uniform([to], 0.015 / Math.sqrt(rows), 0.025 / Math.sqrt(rows)),
        net.tensor({ dims: [to], type: INT8, ints: Array.from({ length: to }, () => 0) }),
      ],
      { axis: 0 },
    );
    const half = kernel >> 1;
    const attributes = { strides: [stride, stride], pads: [half, half, half, half] };
    return net.add('Conv', [x, weights, net.uniform([to], -0.2, 0.2)], attributes, to);
  };
  const block = (x: string, to: number, stride: number) => {
    const first = quantised(net.relu(conv(x, to, 3, stride)), 1 / 32);
    const second = quantised(conv(first, to, 3), 1 / 16);
    const skip = stride === 1 ? x : quantised(conv(x, to, 1, stride), 1 / 16);
    return quantised(net.relu(net.add('Add', [second, skip])), 1 / 16);
  };
  const stem = quantised(net.relu(conv(quantised('image', 1 / 127), 8, 3)), 1 / 32);
  return net.spec([net.classify(block(block(stem, 8, 1), 16, 2), 10)]);
}
