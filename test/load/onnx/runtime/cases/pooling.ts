import { ints, node, UINT8 } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one, several } from './one.ts';
import { byData } from './reasons.ts';

const plain = ['MaxPool', 'AveragePool', 'LpPool'].flatMap((op) => [
  one(op, { kernel_shape: [3, 2] }),
  one(op, { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 1, 2, 0] }),
  ...combinations({
    auto_pad: ['VALID', 'SAME_UPPER', 'SAME_LOWER'],
    strides: [
      [1, 1],
      [2, 2],
    ],
  }).map((attributes) => one(op, { kernel_shape: [2, 3], ...attributes })),
  one(op, { kernel_shape: [3], strides: [2] }, { x: [1, 4, 9], input: 'first', reader: 'first' }),
]);

const ceiled = combinations({
  op: ['MaxPool', 'AveragePool'],
  x: [
    [1, 2, 6, 7],
    [1, 2, 5, 6],
  ],
  attributes: [
    { kernel_shape: [3, 3], strides: [2, 2] },
    { kernel_shape: [2, 3], strides: [3, 4], pads: [1, 1, 1, 1] },
    { kernel_shape: [3, 3], strides: [2, 3], pads: [1, 0, 1, 2] },
    { kernel_shape: [1, 2], strides: [3, 4] },
    { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' },
    { kernel_shape: [2, 2], strides: [3, 3], auto_pad: 'VALID' },
  ],
}).map(({ op, x, attributes }) => one(op, { ...attributes, ceil_mode: 1 }, { x, opset: 19 }));

const modes = [
  one('MaxPool', { kernel_shape: [2, 3], dilations: [2, 2], strides: [1, 2] }),
  one('MaxPool', { kernel_shape: [2, 2], dilations: [3, 2], ceil_mode: 1, strides: [2, 2] }, { opset: 12 }),
  one('MaxPool', { kernel_shape: [2, 2], strides: [2, 2] }, { outputs: 'y indices', opset: 8 }),
  one('MaxPool', { kernel_shape: [2, 2] }, { x: [1, 2, 4, 5], opset: 8 }),
  one('AveragePool', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1, strides: [2, 2] }),
  one(
    'AveragePool',
    { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1, ceil_mode: 1, strides: [2, 2] },
    { opset: 19 },
  ),
  one('AveragePool', { kernel_shape: [2, 2], dilations: [2, 3] }, { opset: 19 }),
  one('AveragePool', { kernel_shape: [2, 2], strides: [2, 2] }, { opset: 7 }),
  one('LpPool', { kernel_shape: [2, 2], p: 1 }),
  one('LpPool', { kernel_shape: [2, 2], dilations: [2, 2], ceil_mode: 1 }, { opset: 18 }),
];

const global = ['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'].flatMap((op) => [
  one(op),
  one(op, {}, { x: [1, 4, 9], input: 'first', reader: 'first' }),
]);

const byte = { types: { x: UINT8 }, ranges: { x: [0, 255] } } as const;
const scales = {
  xs: { dims: [], floats: [1] },
  xz: { dims: [], ints: [0], type: UINT8 },
  ys: { dims: [], floats: [1] },
  yz: { dims: [], ints: [0], type: UINT8 },
};

const quantised = [
  one(
    'com.microsoft:QLinearAveragePool',
    { kernel_shape: [2, 2], strides: [2, 1] },
    { ...byte, initializers: scales },
  ),
  one(
    'com.microsoft:QLinearAveragePool',
    { kernel_shape: [2, 2], channels_last: 1 },
    { ...byte, x: [1, 5, 6, 4], reader: 'last', initializers: scales },
  ),
  one(
    'com.microsoft:QLinearAveragePool',
    { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 },
    { ...byte, initializers: scales },
  ),
  one('com.microsoft:QLinearGlobalAveragePool', { channels_last: 0 }, { ...byte, initializers: scales }),
  one(
    'com.microsoft:QLinearGlobalAveragePool',
    { channels_last: 1 },
    { ...byte, x: [1, 5, 6, 4], initializers: scales, reader: 'last' },
  ),
];

const sampling = [
  several(
    'MaxUnpool',
    [
      node('MaxPool', 'x', 'p i', { kernel_shape: [2, 2], strides: [2, 2] }),
      node('MaxUnpool', 'p i', 'y', { kernel_shape: [2, 2], strides: [2, 2] }),
    ],
    { coarse: byData, x: [1, 4, 4, 6] },
  ),
  several(
    'MaxUnpool with an output_shape',
    [
      node('MaxPool', 'x', 'p i', { kernel_shape: [2, 2], strides: [2, 2] }),
      node('MaxUnpool', 'p i s', 'y', { kernel_shape: [2, 2], strides: [2, 2] }),
    ],
    { coarse: byData, x: [1, 4, 4, 6], initializers: { s: ints(1, 4, 5, 7) } },
  ),
  ...combinations({
    mode: ['linear', 'nearest', 'cubic'],
    padding_mode: ['zeros', 'border', 'reflection'],
    align_corners: [0, 1],
  }).map((attributes) =>
    one('GridSample', attributes, {
      opset: 20,
      others: { grid: [1, 3, 7, 2] },
      ranges: { grid: [-1.2, 1.2] },
      coarse: byData,
      input: 'none',
    }),
  ),
  one(
    'GridSample',
    { mode: 'bilinear' },
    { opset: 16, others: { grid: [1, 3, 7, 2] }, ranges: { grid: [-1, 1] }, coarse: byData, input: 'none' },
  ),
  one(
    'GridSample',
    {},
    {
      opset: 20,
      x: [1, 2, 3, 4, 5],
      others: { grid: [1, 2, 3, 4, 3] },
      ranges: { grid: [-1, 1] },
      coarse: byData,
      input: 'none',
    },
  ),
  one(
    'RoiAlign',
    { output_height: 3, output_width: 2 },
    {
      opset: 16,
      initializers: { rois: { dims: [2, 4], floats: [0, 0, 3, 3, 1, 1, 5, 4] }, b: ints(0, 0) },
      reader: 'none',
      coarse: byData,
    },
  ),
  one(
    'RoiAlign',
    { output_height: 3, output_width: 2, mode: 'max', coordinate_transformation_mode: 'output_half_pixel' },
    {
      opset: 16,
      others: { rois: [2, 4] },
      ranges: { rois: [0, 5] },
      inputs: 'x rois b',
      initializers: { b: ints(0, 0) },
      reader: 'none',
      input: 'none',
      coarse: byData,
    },
  ),
  one(
    'MaxRoiPool',
    { pooled_shape: [2, 3] },
    { initializers: { rois: { dims: [1, 5], floats: [0, 0, 0, 4, 4] } }, coarse: byData },
  ),
];

/** Pooling, and sampling where the data say. */
export const pooling: readonly OperatorCase[] = [
  ...plain,
  ...ceiled,
  ...modes,
  ...global,
  ...quantised,
  ...sampling,
];
