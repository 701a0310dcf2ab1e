import { INT64, int, ints, node, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { one, several } from './one.ts';
import { byData } from './reasons.ts';

/** Positions by index. */
export const indexing: readonly OperatorCase[] = [
  one('Gather', { axis: 2 }, { initializers: { i: ints(3, 0, -1) } }),
  one('Gather', { axis: 3 }, { initializers: { i: ints(2, 3, 4) } }),
  one('Gather', { axis: 1 }, { initializers: { i: ints(3, 0) } }),
  one('Gather', { axis: 2 }, { initializers: { i: int(2) }, note: 'one row' }),
  one('Gather', { axis: 3 }, { initializers: { i: int(-1) }, note: 'one column', reader: 'first' }),
  one('Gather', { axis: 1 }, { initializers: { i: int(1) }, note: 'one channel', reader: 'last' }),
  one('Gather', { axis: 2 }, { x: [1, 4, 1, 6], initializers: { i: ints(0, 0, -1) } }),
  one('Gather', { axis: 3 }, { x: [1, 4, 5, 1], initializers: { i: ints(-1, 0) } }),
  one('Gather', { axis: 1 }, { x: [1, 7, 4], initializers: { i: int(0) }, note: 'one token' }),
  one('Gather', { axis: 1 }, { x: [1, 7, 4], initializers: { i: ints(6, 2, 2) } }),
  one(
    'Gather',
    { axis: 3 },
    {
      initializers: { i: { dims: [2, 2], ints: [0, 1, 3, 5] } },
      note: 'a matrix of indices',
      reader: 'none',
    },
  ),
  one(
    'Gather',
    { axis: 2 },
    {
      others: { i: [3] },
      types: { i: INT64 },
      ranges: { i: [0, 4] },
      coarse: byData,
      note: 'indices that come in',
    },
  ),
  one(
    'Gather',
    {},
    {
      x: [1, 7],
      types: { x: INT64 },
      ranges: { x: [0, 9] },
      inputs: 'table x',
      initializers: { table: weights(10, 4) },
      note: 'an embedding',
    },
  ),
  one(
    'GatherElements',
    { axis: 2 },
    {
      initializers: { i: { dims: [1, 4, 3, 6], ints: Array.from({ length: 72 }, (_, i) => i % 5) } },
      coarse: byData,
    },
  ),
  one(
    'GatherElements',
    { axis: 1 },
    {
      x: [1, 7, 4],
      initializers: { i: { dims: [1, 3, 4], ints: Array.from({ length: 12 }, (_, i) => i % 7) } },
      coarse: byData,
    },
  ),
  one(
    'GatherND',
    {},
    {
      initializers: { i: { dims: [2, 3], ints: [0, 1, 2, 0, 3, 0] } },
      reader: 'none',
      coarse: 'which rows GatherND takes is not followed',
    },
  ),
  one(
    'GatherND',
    { batch_dims: 1 },
    { initializers: { i: { dims: [1, 3, 1], ints: [0, 1, 3] } }, coarse: byData },
  ),
  one(
    'GatherND',
    { batch_dims: 1 },
    { x: [1, 7, 4], initializers: { i: { dims: [1, 3, 1], ints: [0, 5, 3] } }, coarse: byData },
  ),
  one(
    'ScatterElements',
    { axis: 2 },
    {
      others: { u: [1, 4, 2, 6] },
      inputs: 'x i u',
      initializers: { i: { dims: [1, 4, 2, 6], ints: Array.from({ length: 48 }, (_, i) => i % 5) } },
      coarse: byData,
    },
  ),
  one(
    'ScatterElements',
    { axis: 1, reduction: 'add' },
    {
      opset: 18,
      x: [1, 7, 4],
      others: { u: [1, 2, 4] },
      inputs: 'x i u',
      initializers: { i: { dims: [1, 2, 4], ints: [0, 1, 2, 3, 4, 5, 6, 0] } },
      coarse: byData,
    },
  ),
  one(
    'Scatter',
    { axis: 2 },
    {
      opset: 9,
      others: { u: [1, 4, 2, 6] },
      inputs: 'x i u',
      initializers: { i: { dims: [1, 4, 2, 6], ints: Array.from({ length: 48 }, (_, i) => i % 5) } },
      coarse: byData,
    },
  ),
  one(
    'ScatterND',
    {},
    {
      x: [1, 7, 4],
      others: { u: [2, 4] },
      inputs: 'x i u',
      initializers: { i: { dims: [2, 2], ints: [0, 1, 0, 4] } },
      coarse: byData,
    },
  ),
  one(
    'ScatterND',
    { reduction: 'mul' },
    {
      opset: 16,
      others: { u: [1, 5, 6] },
      inputs: 'x i u',
      initializers: { i: { dims: [1, 2], ints: [0, 2] } },
      coarse: byData,
    },
  ),
  several('ScatterND into zeros', [node('ScatterND', 'zeros i x', 'y')], {
    x: [1, 2, 4],
    initializers: {
      zeros: { dims: [1, 7, 4], floats: new Array(28).fill(0) },
      i: { dims: [1, 2, 2], ints: [0, 1, 0, 4] },
    },
    coarse: byData,
  }),
  one(
    'ReverseSequence',
    { batch_axis: 0, time_axis: 1 },
    { x: [1, 7, 4], initializers: { l: ints(5) }, coarse: byData },
  ),
];
