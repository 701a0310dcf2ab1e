import { BOOL, floats, INT32, int, node, UINT8, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { type OneOptions, one, several } from './one.ts';

/** Operators of one tensor, with the values that they are defined for. */
const unary: readonly (readonly [string, OneOptions?])[] = [
  ['Abs'],
  ['Acos', { ranges: { x: [-1, 1] } }],
  ['Acosh', { ranges: { x: [1, 5] } }],
  ['Asin', { ranges: { x: [-1, 1] } }],
  ['Asinh'],
  ['Atan'],
  ['Atanh', { ranges: { x: [-0.9, 0.9] } }],
  ['BitwiseNot', { opset: 18, types: { x: INT32 } }],
  ['Ceil'],
  ['Celu'],
  ['Clip'],
  ['Cos'],
  ['Cosh'],
  ['Elu'],
  ['Erf'],
  ['Exp'],
  ['Floor'],
  ['Gelu', { opset: 20 }],
  ['HardSigmoid'],
  ['HardSwish'],
  ['LeakyRelu'],
  ['Log', { ranges: { x: [0.1, 5] } }],
  ['Mish', { opset: 18 }],
  ['Neg'],
  ['Not', { types: { x: BOOL }, ranges: { x: [0, 1] } }],
  ['Reciprocal', { ranges: { x: [0.5, 4] } }],
  ['Relu'],
  ['Round'],
  ['Selu'],
  ['Shrink'],
  ['Sigmoid'],
  ['Sign'],
  ['Sin'],
  ['Sinh'],
  ['Softplus'],
  ['Softsign'],
  ['Sqrt', { ranges: { x: [0, 9] } }],
  ['Swish', { opset: 24 }],
  ['Tan', { ranges: { x: [-1.5, 1.5] } }],
  ['Tanh'],
  ['ThresholdedRelu'],
  ['com.microsoft:Gelu'],
  ['com.microsoft:QuickGelu'],
  ['Identity'],
  ['Dropout'],
  ['Dropout', { opset: 10, outputs: 'y mask' }],
];

const two = { others: { z: [1, 4, 5, 6] } };
const whole = { opset: 18, types: { x: INT32, z: INT32 } };
const truths = { types: { x: BOOL, z: BOOL }, ranges: { x: [0, 1], z: [0, 1] } } as const;

/** Operators of two tensors. */
const binary: readonly (readonly [string, OneOptions?])[] = [
  ['Add'],
  ['And', truths],
  ['BitwiseAnd', whole],
  ['BitwiseOr', whole],
  ['BitwiseXor', whole],
  ['Div', { ranges: { z: [1, 5] } }],
  ['Equal', { types: { x: INT32, z: INT32 }, ranges: { x: [0, 3], z: [0, 3] } }],
  ['Greater'],
  ['GreaterOrEqual'],
  ['Less'],
  ['LessOrEqual'],
  ['Max'],
  ['Mean'],
  ['Min'],
  ['Mod', { types: { x: INT32, z: INT32 }, ranges: { x: [1, 40], z: [2, 9] } }],
  ['Mul'],
  ['Or', truths],
  ['PRelu'],
  ['Pow', { ranges: { x: [1, 3], z: [-2, 2] } }],
  ['Sub'],
  ['Sum'],
  ['Xor', truths],
];

/** Shapes that are broadcast against a map; the operand that is smaller may come first. */
const broadcast: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [1, 4, 5, 6],
    [1, 4, 1, 1],
  ],
  [
    [1, 4, 1, 1],
    [1, 4, 5, 6],
  ],
  [
    [1, 4, 5, 6],
    [1, 1, 5, 6],
  ],
  [
    [1, 4, 5, 6],
    [1, 4, 1, 6],
  ],
  [
    [1, 4, 5, 1],
    [1, 4, 1, 6],
  ],
  [
    [1, 4, 5, 6],
    [1, 1, 1, 1],
  ],
  [
    [1, 1, 5, 6],
    [1, 4, 1, 1],
  ],
  [
    [1, 7, 6],
    [1, 1, 6],
  ],
  [
    [1, 7, 6],
    [1, 7, 1],
  ],
  [
    [1, 1, 6],
    [1, 7, 6],
  ],
  [
    [7, 6],
    [1, 6],
  ],
];

const quantised = {
  types: { x: UINT8 },
  ranges: { x: [0, 255] },
  initializers: {
    xs: { dims: [], floats: [0.1] },
    xz: { dims: [], ints: [128], type: UINT8 },
    ys: { dims: [], floats: [0.1] },
    yz: { dims: [], ints: [128], type: UINT8 },
  },
} as const;

/** Operators that read the same position of every operand. */
export const elementwise: readonly OperatorCase[] = [
  ...unary.map(([op, o]) => one(op, {}, o)),
  ...binary.map(([op, o]) => one(op, {}, { ...two, ...o })),
  ...broadcast.map(([x, z]) => one('Add', {}, { x, others: { z } })),
  ...broadcast.map(([x, z]) => one('Max', {}, { x, others: { z } })),
  one('Add', {}, { others: { z: [5, 6] }, note: 'a matrix' }),
  one('Add', {}, { initializers: { c: weights(4, 1, 1) }, note: 'a constant' }),
  one('Mul', {}, { initializers: { c: weights(1, 4, 5, 6) }, note: 'a constant map', opset: 7 }),
  one('PRelu', {}, { initializers: { c: weights(4, 1, 1) }, note: 'slopes' }),
  one('PRelu', {}, { initializers: { c: weights(1) }, note: 'one slope' }),
  one(
    'BitShift',
    { direction: 'LEFT' },
    { ...two, types: { x: UINT8, z: UINT8 }, ranges: { x: [1, 60], z: [0, 3] } },
  ),
  one('Sum', {}, { others: { z: [1, 4, 5, 6], u: [1, 1, 1, 6] }, note: 'of three' }),
  one(
    'Clip',
    {},
    { initializers: { low: { dims: [], floats: [-9] }, high: { dims: [], floats: [9] } }, note: 'bounds' },
  ),
  one(
    'Where',
    {},
    {
      inputs: 'c x z',
      others: { z: [1, 4, 5, 6], c: [1, 4, 5, 6] },
      types: { c: BOOL },
      ranges: { c: [0, 1] },
    },
  ),
  one(
    'Where',
    {},
    {
      inputs: 'c x z',
      others: { z: [1, 4, 1, 1], c: [1, 1, 5, 6] },
      types: { c: BOOL },
      ranges: { c: [0, 1] },
      note: 'broadcast',
    },
  ),
  one('Cast', { to: INT32 }, { ranges: { x: [-50, 50] } }),
  one('CastLike', {}, { initializers: { like: int(1) }, ranges: { x: [-50, 50] } }),
  several('IsNaN of a logarithm', [node('Log', 'x', 'l'), node('IsNaN', 'l', 'y')]),
  several('IsInf of a logarithm', [node('Relu', 'x', 'r'), node('Log', 'r', 'l'), node('IsInf', 'l', 'y')]),
  ...[0, 1].flatMap((upper) =>
    (['Trilu', 'com.microsoft:Trilu'] as const).map((op) =>
      one(op, { upper }, { coarse: 'a triangle is no product of rows and columns, so all of it is read' }),
    ),
  ),
  one('com.microsoft:BiasGelu', {}, { x: [1, 5, 4], initializers: { c: weights(4) } }),
  one('com.microsoft:FastGelu', {}, { x: [1, 5, 4], initializers: { c: weights(4) } }),
  one('com.microsoft:FastGelu', {}, { x: [1, 5, 4], note: 'without a bias' }),
  one('com.microsoft:QLinearLeakyRelu', { alpha: { float: 0.3 } }, quantised),
  one(
    'com.microsoft:QLinearSigmoid',
    {},
    { ...quantised, initializers: { ...quantised.initializers, ys: floats(0.004) } },
  ),
  one('Relu', {}, { x: [1, 7, 4] }),
  one('Relu', {}, { x: [7, 4] }),
  one('Relu', {}, { x: [1, 4, 7], input: 'first', reader: 'first' }),
  one('Clip', { min: { float: -9 }, max: { float: 9 } }, { opset: 7 }),
  one('Gelu', { approximate: 'tanh' }, { opset: 20 }),
  one('Mod', { fmod: 1 }, { ...two, ranges: { x: [1, 40], z: [2, 9] } }),
];
