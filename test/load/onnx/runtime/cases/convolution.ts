import { INT8, ints, node, UINT8, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, type OneOptions, one, several } from './one.ts';

const w = { initializers: { w: weights(4, 4, 3, 2) } };
const modes = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'];

const conv = [
  ...combinations({
    auto_pad: modes,
    strides: [
      [1, 1],
      [2, 3],
    ],
  }).map((attributes) => one('Conv', attributes, w)),
  ...combinations({
    dilations: [
      [1, 1],
      [2, 3],
    ],
    pads: [
      [0, 0, 0, 0],
      [1, 2, 3, 1],
    ],
  }).map((attributes) => one('Conv', attributes, w)),
  one('Conv', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, { ...w, x: [1, 4, 6, 7] }),
  one('Conv', { group: 2, pads: [1, 1, 1, 1] }, { initializers: { w: weights(6, 2, 3, 3), b: weights(6) } }),
  one(
    'Conv',
    { group: 4, pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
    { initializers: { w: weights(4, 1, 3, 3) } },
  ),
  one(
    'Conv',
    { pads: [1, 1, 1, 1], strides: [3, 3] },
    { initializers: { w: weights(2, 4, 1, 1) }, note: 'wider steps than the kernel' },
  ),
  one(
    'Conv',
    { pads: [2, 2] },
    { x: [1, 4, 9], input: 'first', reader: 'first', initializers: { w: weights(5, 4, 5) } },
  ),
  one(
    'Conv',
    { strides: [2], dilations: [2] },
    { x: [1, 4, 9], input: 'first', reader: 'first', initializers: { w: weights(5, 4, 3) } },
  ),
  one(
    'Conv',
    { auto_pad: 'SAME_LOWER', strides: [2] },
    { x: [1, 4, 9], input: 'first', reader: 'first', initializers: { w: weights(5, 4, 4) } },
  ),
  several(
    'Conv with a kernel that is computed',
    [node('Reshape', 'k s', 'w'), node('Conv', 'x w', 'y', { pads: [1, 1, 1, 1] })],
    { others: { k: [3, 36] }, initializers: { s: ints(3, 4, 3, 3) } },
  ),
];

const integers: OneOptions = {
  types: { x: UINT8 },
  ranges: { x: [0, 255] },
  initializers: {
    w: { dims: [2, 4, 3, 3], ints: Array.from({ length: 72 }, (_, i) => (i % 5) + 1), type: UINT8 },
  },
};

const scalar = (value: number) => ({ dims: [], floats: [value] });
const zero = { dims: [], ints: [0], type: UINT8 };

const quantised = [
  one('ConvInteger', { pads: [1, 1, 1, 1], strides: [2, 1] }, integers),
  one(
    'QLinearConv',
    { pads: [1, 1, 1, 1] },
    {
      ...integers,
      inputs: 'x xs xz w ws wz ys yz',
      initializers: {
        ...integers.initializers,
        xs: scalar(1),
        xz: zero,
        ws: scalar(1),
        wz: zero,
        ys: scalar(60),
        yz: zero,
      },
    },
  ),
  one(
    'QLinearConv',
    { strides: [2, 2] },
    {
      ...integers,
      types: { x: INT8 },
      ranges: { x: [-128, 127] },
      note: 'signed',
      inputs: 'x xs xz w ws wz ys yz',
      initializers: {
        w: { dims: [2, 4, 3, 3], ints: Array.from({ length: 72 }, (_, i) => (i % 5) + 1), type: INT8 },
        xs: scalar(1),
        xz: { ...zero, type: INT8 },
        ws: scalar(1),
        wz: { ...zero, type: INT8 },
        ys: scalar(60),
        yz: { ...zero, type: INT8 },
      },
    },
  ),
  one(
    'com.microsoft:FusedConv',
    { pads: [1, 1, 1, 1], activation: 'Relu' },
    { initializers: { w: weights(4, 4, 3, 3) } },
  ),
  one(
    'com.microsoft:FusedConv',
    { pads: [1, 1, 1, 1], activation: 'Relu' },
    {
      inputs: 'x w b z',
      others: { z: [1, 4, 5, 6] },
      initializers: { w: weights(4, 4, 3, 3), b: weights(4) },
      note: 'with a sum',
    },
  ),
];

const up = { initializers: { w: weights(4, 3, 3, 4) } };

const transposed = [
  ...combinations({
    strides: [
      [1, 1],
      [2, 3],
    ],
    pads: [
      [0, 0, 0, 0],
      [1, 0, 2, 1],
    ],
  }).map((attributes) => one('ConvTranspose', attributes, up)),
  ...combinations({
    auto_pad: ['VALID', 'SAME_UPPER', 'SAME_LOWER'],
    strides: [
      [1, 1],
      [2, 3],
    ],
  }).map((attributes) => one('ConvTranspose', attributes, up)),
  ...combinations({
    auto_pad: ['NOTSET', 'SAME_UPPER', 'SAME_LOWER'],
    output_shape: [
      [10, 18],
      [11, 19],
      [9, 17],
      [12, 20],
      [12, 21],
    ],
  }).map((attributes) => one('ConvTranspose', { strides: [2, 3], ...attributes }, up)),
  one('ConvTranspose', { strides: [2, 2], output_shape: [10, 12], output_padding: [1, 1] }, up),
  one('ConvTranspose', { strides: [2, 3], output_padding: [1, 2] }, up),
  one('ConvTranspose', { strides: [2, 2], output_padding: [1, 0], pads: [1, 1, 1, 1] }, up),
  one('ConvTranspose', { strides: [2, 2], dilations: [2, 3] }, up),
  one(
    'ConvTranspose',
    { strides: [3, 2], dilations: [2, 2], pads: [2, 1, 0, 1], output_padding: [2, 1] },
    up,
  ),
  one('ConvTranspose', { auto_pad: 'SAME_UPPER', strides: [2, 2], dilations: [2, 1] }, up),
  one('ConvTranspose', { auto_pad: 'SAME_LOWER', strides: [2, 2], output_padding: [1, 1] }, up),
  one('ConvTranspose', { strides: [4, 5] }, { initializers: { w: weights(4, 3, 2, 2) }, note: 'with gaps' }),
  one(
    'ConvTranspose',
    { group: 2, strides: [2, 2] },
    { initializers: { w: weights(4, 2, 3, 3), b: weights(4) } },
  ),
  one(
    'ConvTranspose',
    { strides: [2], pads: [1, 0] },
    { x: [1, 4, 6], input: 'first', reader: 'first', initializers: { w: weights(4, 3, 3) } },
  ),
  one(
    'ConvTranspose',
    { strides: [2], output_shape: [13] },
    { x: [1, 4, 6], input: 'first', reader: 'first', initializers: { w: weights(4, 3, 3) } },
  ),
  several(
    'ConvTranspose with a kernel that is computed',
    [node('Reshape', 'k s', 'w'), node('ConvTranspose', 'x w', 'y', { strides: [2, 2] })],
    { others: { k: [4, 18] }, initializers: { s: ints(4, 2, 3, 3) } },
  ),
];

/** Convolutions in all their forms. */
export const convolution: readonly OperatorCase[] = [...conv, ...quantised, ...transposed];
