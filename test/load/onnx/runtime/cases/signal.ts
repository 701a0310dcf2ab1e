import { int, node, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { combinations, one, several } from './one.ts';
import { spec } from './reasons.ts';

const windows = ['BlackmanWindow', 'HammingWindow', 'HannWindow'].map((op) =>
  several(`${op} of 4 values`, [node(op, 's', 'w'), node('Mul', 'x w', 'y')], {
    x: [1, 7, 4],
    initializers: { s: int(4) },
  }),
);

/** Fourier transforms, and the constants that they come with. */
export const signal: readonly OperatorCase[] = [
  ...windows,
  several('MelWeightMatrix', [node('MelWeightMatrix', 'n d r l u', 'm'), node('MatMul', 'x m', 'y')], {
    x: [1, 7, 9],
    initializers: {
      n: int(4),
      d: int(16),
      r: int(8000),
      l: { dims: [], floats: [0] },
      u: { dims: [], floats: [4000] },
    },
  }),
  ...combinations({ axis: [1, 2], onesided: [0, 1], inverse: [0] }).map((attributes) =>
    one('DFT', attributes, {
      x: [1, 5, 6, 1],
      input: 'last',
      reader: 'last',
      opset: 17,
      coarse: spec,
    }),
  ),
  one(
    'DFT',
    { axis: 1, inverse: 1 },
    { x: [1, 5, 6, 2], input: 'last', reader: 'last', opset: 17, coarse: spec },
  ),
  several('DFT, opset 20', [node('DFT', 'x _ a', 'y')], {
    x: [1, 5, 6, 1],
    input: 'last',
    reader: 'last',
    opset: 20,
    initializers: { a: int(1) },
    coarse: spec,
  }),
  one('STFT', { onesided: 1 }, { x: [1, 16, 1], initializers: { s: int(3), w: weights(8) }, reader: 'last' }),
  one(
    'STFT',
    { onesided: 0 },
    { x: [1, 16, 1], inputs: 'x s _ l', initializers: { s: int(4), l: int(4) }, reader: 'last' },
  ),
];
