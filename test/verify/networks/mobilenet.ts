import type { ModelSpec } from '../../load/onnx/onnx-writer.ts';
import { Net } from './net.ts';

/** Per row: expansion, channels, blocks, stride of the first. */
export type MobilenetRows = readonly (readonly [number, number, number, number])[];

/** The rows of MobileNetV2 (Sandler et al., 2018, table 2). */
export const MOBILENET_V2: MobilenetRows = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** Inverted residuals: depthwise convolutions between narrow sums, ReLU6 as Clip. */
export function mobilenet(
  size: number,
  classes: number,
  rows: MobilenetRows,
  stem: number,
  last: number,
): ModelSpec {
  const net = new Net({ image: [1, 3, size, size] });
  const bounds = [net.scalar(0), net.scalar(6)];
  const relu6 = (x: string) => net.add('Clip', [x, ...bounds]);
  let x = relu6(net.convNorm('image', stem, 3, { stride: 2, pads: [1, 1, 1, 1] }));
  for (const [expansion, channels, blocks, first] of rows) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? first : 1;
      const wide = net.channels(x) * expansion;
      const expanded = expansion === 1 ? x : relu6(net.convNorm(x, wide, 1));
      const depthwise = net.convNorm(expanded, wide, 3, { stride, group: wide, pads: [1, 1, 1, 1] });
      const narrow = net.convNorm(relu6(depthwise), channels, 1);
      x = stride === 1 && net.channels(x) === channels ? net.add('Add', [x, narrow]) : narrow;
    }
  }
  return net.spec([net.classify(relu6(net.convNorm(x, last, 1)), classes)]);
}
