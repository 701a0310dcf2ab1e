import { ints, node, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one, several } from './one.ts';
import { byData } from './reasons.ts';

/** Crops, blocks, and sampling at positions that are computed. */
export const images: readonly OperatorCase[] = [
  ...combinations({
    shape: [
      [3, 4],
      [8, 9],
      [8, 3],
      [4, 6],
    ],
  }).map(({ shape }) =>
    one('CenterCropPad', { axes: [2, 3] }, { opset: 18, initializers: { s: ints(...shape) } }),
  ),
  one('CenterCropPad', {}, { opset: 18, initializers: { s: ints(1, 3, 6, 5) } }),
  one('CenterCropPad', { axes: [-2] }, { opset: 18, x: [1, 7, 4], initializers: { s: ints(4) } }),
  several('Col2Im', [node('Col2Im', 'x s k', 'y')], {
    opset: 18,
    x: [1, 8, 12],
    input: 'first',
    initializers: { s: ints(4, 5), k: ints(2, 2) },
    coarse: 'blocks lie behind each other in one axis, and all of it is read',
  }),
  several('AffineGrid', [node('AffineGrid', 'x s', 'y')], {
    opset: 20,
    x: [1, 2, 3],
    reader: 'none',
    initializers: { s: ints(1, 2, 5, 6) },
  }),
  one(
    'DeformConv',
    { pads: [1, 1, 1, 1] },
    {
      opset: 22,
      x: [1, 2, 4, 5],
      others: { o: [1, 18, 4, 5] },
      ranges: { o: [-1, 1] },
      inputs: 'x w o',
      initializers: { w: weights(3, 2, 3, 3) },
      coarse: byData,
    },
  ),
];
