import { UINT8 } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { one } from './one.ts';

const scale = { dims: [], floats: [0.05] };
const zero = { dims: [], ints: [128], type: UINT8 };
const byte = { types: { x: UINT8, z: UINT8 }, ranges: { x: [0, 255], z: [0, 255] } } as const;
const binary = {
  ...byte,
  others: { z: [1, 4, 5, 6] },
  inputs: 'x s o z s o t o',
  initializers: { s: scale, o: zero, t: { dims: [], floats: [0.1] } },
};

/** Operators of quantised numbers. */
export const quantisation: readonly OperatorCase[] = [
  ...['', 'com.microsoft:'].flatMap((domain) => [
    one(`${domain}QuantizeLinear`, {}, { initializers: { s: scale, o: zero } }),
    one(`${domain}DequantizeLinear`, {}, { ...byte, initializers: { s: scale, o: zero } }),
  ]),
  one(
    'QuantizeLinear',
    { axis: 1 },
    {
      initializers: {
        s: { dims: [4], floats: [0.05, 0.06, 0.07, 0.08] },
        o: { dims: [4], ints: [128, 128, 128, 128], type: UINT8 },
      },
      note: 'per channel',
    },
  ),
  one('com.microsoft:QLinearAdd', {}, binary),
  one(
    'com.microsoft:QLinearMul',
    {},
    { ...binary, initializers: { ...binary.initializers, t: { dims: [], floats: [1] } } },
  ),
  one('com.microsoft:QLinearAdd', {}, { ...binary, others: { z: [1, 4, 1, 1] }, note: 'broadcast' }),
  ...[1, 2, 3].map((axis) =>
    one('com.microsoft:QLinearConcat', { axis }, { ...binary, inputs: 's o x s o z s o' }),
  ),
];
