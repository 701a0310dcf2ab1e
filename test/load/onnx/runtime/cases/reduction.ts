import { ints } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, type OneOptions, one } from './one.ts';
import { spec } from './reasons.ts';

/** Where only one of H and W is reduced. */
const coarse = (axes: readonly number[]) => (axes.length === 1 && axes[0] !== 1 ? { coarse: spec } : {});

const kinds = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'Sum', 'SumSquare'];
const positive = (kind: string): OneOptions => (kind === 'LogSum' ? { ranges: { x: [0.1, 5] } } : {});

const reductions = [
  ...kinds.map((kind) =>
    one(
      `Reduce${kind}`,
      {},
      { ...positive(kind), opset: 18, initializers: { a: ints(1) }, note: 'channels' },
    ),
  ),
  ...kinds.map((kind) =>
    one(
      `Reduce${kind}`,
      {},
      { ...positive(kind), opset: 18, initializers: { a: ints(2, 3) }, note: 'H and W' },
    ),
  ),
  ...combinations({ axes: [[1], [2], [3], [-1], [2, 3], [1, 2, 3]], keepdims: [0, 1] }).map(
    ({ axes, keepdims }) =>
      one('ReduceMean', { axes, keepdims }, { opset: 13, ...coarse(axes.map((axis) => (axis + 4) % 4)) }),
  ),
  one('ReduceSum', { keepdims: 0 }, { initializers: { a: ints(1) }, opset: 13 }),
  one('ReduceSum', { noop_with_empty_axes: 1 }, { opset: 13 }),
  one('ReduceSum', {}, { opset: 13, note: 'everything' }),
  one('ReduceMax', { axes: [1] }, { x: [1, 7, 4], opset: 13 }),
  one('ReduceMax', { axes: [2] }, { x: [1, 7, 4], opset: 13 }),
  one('ReduceMax', { axes: [2], keepdims: 0 }, { x: [1, 7, 4], opset: 13 }),
  one('ReduceMax', { axes: [1], keepdims: 0 }, { x: [1, 7, 4], opset: 13 }),
];

const arguments_ = combinations({ op: ['ArgMax', 'ArgMin'], axis: [1, 2, 3], keepdims: [0, 1] }).map(
  ({ op, ...attributes }) => one(op, attributes, coarse([attributes.axis])),
);

const largest = [
  ...[1, 2, 3].map((axis) =>
    one('TopK', { axis }, { initializers: { k: ints(2) }, outputs: 'y indices', ...coarse([axis]) }),
  ),
  one('TopK', { axis: 1 }, { x: [1, 7, 4], initializers: { k: ints(3) }, outputs: 'y indices' }),
  one('TopK', { axis: 2, largest: 0 }, { x: [1, 7, 4], initializers: { k: ints(3) }, outputs: 'y indices' }),
  one('TopK', { axis: 1, k: 2 }, { opset: 9, outputs: 'y indices' }),
];

/** Reductions over axes. */
export const reduction: readonly OperatorCase[] = [...reductions, ...arguments_, ...largest];
