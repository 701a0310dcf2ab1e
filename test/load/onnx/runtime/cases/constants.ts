import { floats, INT64, int, ints, node } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { one, several } from './one.ts';

/** What is known before the network runs: here it decides about shapes or is added to a map. */
export const constants: readonly OperatorCase[] = [
  several('Constant', [
    node('Constant', '', 'c', { value: { tensor: { dims: [4, 1, 1], floats: [1, 2, 3, 4] } } }),
    node('Add', 'x c', 'y'),
  ]),
  several(
    'Shape, Gather and Reshape',
    [
      node('Shape', 'x', 's'),
      node('Gather', 's zero', 'n'),
      node('Unsqueeze', 'n first', 'u'),
      node('Concat', 'u rest', 't', { axis: 0 }),
      node('Reshape', 'x t', 'y'),
    ],
    { initializers: { zero: int(0), first: ints(0), rest: ints(4, -1) } },
  ),
  several(
    'Shape with start and end',
    [
      node('Shape', 'x', 's', { start: 1, end: 3 }),
      node('Concat', 's rest', 't', { axis: 0 }),
      node('Reshape', 'x t', 'y'),
    ],
    { opset: 15, initializers: { rest: ints(-1) } },
  ),
  several(
    'Size',
    [
      node('Size', 'x', 's'),
      node('Unsqueeze', 's first', 'u'),
      node('Concat', 'one u', 't', { axis: 0 }),
      node('Reshape', 'x t', 'y'),
    ],
    { initializers: { first: ints(0), one: ints(1) } },
  ),
  several(
    'ConstantOfShape',
    [node('ConstantOfShape', 's', 'c', { value: { tensor: floats(2) } }), node('Mul', 'x c', 'y')],
    { initializers: { s: ints(4, 1, 1) } },
  ),
  several(
    'ConstantOfShape and Expand',
    [node('ConstantOfShape', 's', 'c', { value: { tensor: ints(5) } }), node('Expand', 'x c', 'y')],
    { x: [1, 1, 1, 1], initializers: { s: ints(4) } },
  ),
  several('Range', [node('Range', 'a b c', 'r'), node('Gather', 'x r', 'y', { axis: 2 })], {
    initializers: { a: int(4), b: int(-1), c: int(-2) },
  }),
  several('EyeLike', [node('EyeLike', 'x', 'e'), node('Add', 'x e', 'y')], { x: [5, 4] }),
  several(
    'NonZero of a constant',
    [node('NonZero', 'm', 'n'), node('Squeeze', 'n zero', 'i'), node('Gather', 'x i', 'y', { axis: 3 })],
    { initializers: { m: ints(0, 1, 0, 0, 1, 1), zero: ints(0) } },
  ),
  one(
    'OneHot',
    { axis: -1 },
    { x: [1, 7], types: { x: INT64 }, ranges: { x: [0, 5] }, initializers: { d: int(6), v: floats(0, 1) } },
  ),
  one(
    'OneHot',
    { axis: 1 },
    {
      x: [1, 7],
      types: { x: INT64 },
      ranges: { x: [0, 5] },
      initializers: { d: int(6), v: floats(0, 1) },
      reader: 'none',
    },
  ),
];
