import { INT8, UINT8 } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { one } from './one.ts';

const bytes = (type: number, ...dims: number[]) => ({
  dims,
  ints: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i % 5) + 1),
  type,
});
const scale = (value: number) => ({ dims: [], floats: [value] });
const zero = { dims: [], ints: [0], type: UINT8 };
const byte = { x: [1, 5, 6, 4], reader: 'last', types: { x: UINT8 }, ranges: { x: [0, 255] } } as const;

/** Operators on tensors in another layout. */
export const layouts: readonly OperatorCase[] = [
  one('com.microsoft:NhwcMaxPool', { kernel_shape: [2, 3], strides: [2, 1], pads: [1, 1, 0, 1] }, byte),
  one(
    'com.microsoft:NhwcMaxPool',
    { kernel_shape: [2, 2], auto_pad: 'SAME_LOWER' },
    { ...byte, types: { x: INT8 }, ranges: { x: [-128, 127] } },
  ),
  one(
    'com.microsoft:QLinearConv',
    { channels_last: 1, pads: [1, 1, 1, 1], strides: [2, 1] },
    {
      ...byte,
      inputs: 'x xs xz w ws wz ys yz',
      initializers: {
        xs: scale(1),
        xz: zero,
        w: bytes(UINT8, 3, 4, 3, 3),
        ws: scale(1),
        wz: zero,
        ys: scale(60),
        yz: zero,
      },
    },
  ),
  one(
    'com.microsoft:QLinearConv',
    { pads: [1, 1, 1, 1] },
    {
      types: { x: UINT8 },
      ranges: { x: [0, 255] },
      inputs: 'x xs xz w ws wz ys yz',
      initializers: {
        xs: scale(1),
        xz: zero,
        w: bytes(UINT8, 3, 4, 3, 3),
        ws: scale(1),
        wz: zero,
        ys: scale(60),
        yz: zero,
      },
    },
  ),
];
