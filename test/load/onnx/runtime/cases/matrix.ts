import { node, UINT8, weights } from '../../onnx-writer.ts';
import type { OperatorCase } from '../case.ts';
import { type OneOptions, one, several } from './one.ts';

const bytes = (...dims: number[]) => ({
  dims,
  ints: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => (i % 7) + 1),
  type: UINT8,
});
const scale = (value: number) => ({ dims: [], floats: [value] });
const zero = { dims: [], ints: [0], type: UINT8 };
const byte = { types: { x: UINT8, z: UINT8 }, ranges: { x: [0, 255], z: [0, 255] } } as const;

const products = [
  one('MatMul', {}, { x: [1, 7, 4], initializers: { w: weights(4, 3) } }),
  one('MatMul', {}, { x: [7, 4], initializers: { w: weights(4, 3) } }),
  one('MatMul', {}, { x: [1, 4], initializers: { w: weights(4, 3) } }),
  one(
    'MatMul',
    {},
    { x: [1, 7, 4], inputs: 'w x', initializers: { w: weights(3, 7) }, note: 'constant on the left' },
  ),
  one('MatMul', {}, { x: [1, 4, 5, 6], initializers: { w: weights(6, 3) } }),
  one(
    'MatMul',
    {},
    { x: [1, 4, 5, 6], inputs: 'w x', initializers: { w: weights(3, 5) }, note: 'constant on the left' },
  ),
  one('MatMul', {}, { x: [1, 5, 6, 4], input: 'last', reader: 'last', initializers: { w: weights(4, 3) } }),
  one('MatMul', {}, { x: [1, 4, 5, 6], initializers: { w: weights(4, 6, 3) }, note: 'a matrix per channel' }),
  one('MatMul', {}, { x: [1, 7, 4], initializers: { w: weights(4) }, note: 'a vector' }),
  one('MatMul', {}, { x: [1, 7, 4], others: { z: [1, 4, 5] } }),
  one('MatMul', {}, { x: [7, 4], others: { z: [4, 5] } }),
  one('MatMul', {}, { x: [1, 7, 4], others: { z: [1, 4, 1] } }),
  one('MatMul', {}, { x: [1, 1, 4], others: { z: [1, 4, 5] }, note: 'one row' }),
  one(
    'MatMul',
    {},
    {
      x: [1, 2, 5, 4],
      others: { z: [1, 2, 4, 6] },
      input: 'last',
      reader: 'last',
    },
  ),
];

/** A product of bytes, which are quantised before it. */
function qGemm(
  name: string,
  inputs: string,
  x: readonly number[],
  w: ReturnType<typeof bytes>,
  swaps: Readonly<Record<string, number>>,
): OperatorCase {
  const middle = { ...zero, ints: [128] };
  return several(
    name,
    [node('QuantizeLinear', 'x xs xz', 'q'), node('com.microsoft:QGemm', inputs, 'y', swaps)],
    {
      x,
      initializers: { xs: scale(0.05), xz: middle, w, ws: scale(1), wz: zero, ys: scale(1), yz: middle },
    },
  );
}

const gemm = [
  one('Gemm', {}, { x: [5, 4], initializers: { w: weights(4, 3), c: weights(3) } }),
  one('Gemm', { transB: 1, alpha: { float: 0.5 } }, { x: [5, 4], initializers: { w: weights(3, 4) } }),
  one('Gemm', { transA: 1 }, { x: [5, 4], initializers: { w: weights(5, 3) } }),
  one(
    'Gemm',
    {},
    { x: [5, 4], inputs: 'w x', initializers: { w: weights(3, 5) }, note: 'constant on the left' },
  ),
  one(
    'Gemm',
    { transB: 1 },
    { x: [5, 4], inputs: 'w x', initializers: { w: weights(3, 4) }, note: 'constant on the left' },
  ),
  one('Gemm', {}, { x: [5, 4], others: { z: [4, 3] } }),
  one('Gemm', { transB: 1 }, { x: [5, 4], others: { z: [3, 4] } }),
  one(
    'Gemm',
    { transA: 1, transB: 1 },
    {
      x: [5, 4],
      others: { z: [3, 5] },
      coarse:
        'all of the right operand is read (spec.md section 4), though its columns are the positions here',
    },
  ),
  one(
    'Gemm',
    {},
    {
      x: [5, 4],
      inputs: 'x w z',
      others: { z: [5, 3] },
      initializers: { w: weights(4, 3) },
      note: 'C is computed',
    },
  ),
  one(
    'Gemm',
    { beta: { float: 2 } },
    {
      x: [5, 4],
      inputs: 'x w z',
      others: { z: [1, 3] },
      initializers: { w: weights(4, 3) },
      note: 'C is computed',
    },
  ),
  one(
    'Gemm',
    {},
    { x: [1, 4], initializers: { w: weights(4, 3), c: weights(3) }, opset: 7, note: 'a vector' },
  ),
  one(
    'com.microsoft:FusedGemm',
    { activation: 'Relu' },
    { x: [5, 4], initializers: { w: weights(4, 3), c: weights(3) } },
  ),
  qGemm('com.microsoft:QGemm', 'q xs xz w ws wz _ ys yz', [5, 4], bytes(4, 3), {}),
  qGemm('com.microsoft:QGemm, weights swapped', 'q xs xz w ws wz _ ys yz', [5, 4], bytes(3, 4), {
    transB: 1,
  }),
  qGemm('com.microsoft:QGemm, input swapped', 'q xs xz w ws wz _ ys yz', [5, 4], bytes(5, 3), { transA: 1 }),
  qGemm('com.microsoft:QGemm, constant on the left', 'w ws wz q xs xz _ ys yz', [5, 4], bytes(3, 5), {}),
  qGemm(
    'com.microsoft:QGemm, constant on the left and swapped',
    'w ws wz q xs xz _ ys yz',
    [5, 4],
    bytes(5, 3),
    { transA: 1 },
  ),
];

const integers: readonly OperatorCase[] = [
  one('MatMulInteger', {}, { ...byte, x: [1, 7, 4], initializers: { w: bytes(4, 3) } }),
  one(
    'QLinearMatMul',
    {},
    {
      ...byte,
      x: [1, 7, 4],
      inputs: 'x xs xz w ws wz ys yz',
      initializers: {
        xs: scale(1),
        xz: zero,
        w: bytes(4, 3),
        ws: scale(1),
        wz: zero,
        ys: scale(40),
        yz: zero,
      },
    },
  ),
  one(
    'QLinearMatMul',
    {},
    {
      ...byte,
      x: [1, 7, 4],
      others: { z: [1, 4, 5] },
      inputs: 'x xs xz z ws wz ys yz',
      note: 'two activations',
      initializers: { xs: scale(1), xz: zero, ws: scale(1), wz: zero, ys: scale(900), yz: zero },
    },
  ),
  one(
    'com.microsoft:MatMulIntegerToFloat',
    {},
    {
      ...byte,
      x: [1, 7, 4],
      inputs: 'x w xs ws',
      initializers: { w: bytes(4, 3), xs: scale(1), ws: scale(1) },
    },
  ),
  one(
    'com.microsoft:MatMulNBits',
    { K: 16, N: 3, block_size: 16, bits: 4 },
    {
      x: [1, 7, 16],
      inputs: 'x w s',
      initializers: {
        w: { dims: [3, 1, 8], ints: Array.from({ length: 24 }, (_, i) => (i * 37) % 256), type: UINT8 },
        s: weights(3),
      },
    },
  ),
];

const fused = [
  one('com.microsoft:FusedMatMul', {}, { x: [1, 7, 4], others: { z: [1, 4, 5] } }),
  one(
    'com.microsoft:FusedMatMul',
    { transB: 1, alpha: { float: 0.5 } },
    { x: [1, 7, 4], others: { z: [1, 5, 4] } },
  ),
  one('com.microsoft:FusedMatMul', { transA: 1 }, { x: [1, 7, 4], others: { z: [1, 7, 5] } }),
  one('com.microsoft:FusedMatMul', { transB: 1 }, { x: [1, 7, 4], initializers: { w: weights(3, 4) } }),
  one('com.microsoft:FusedMatMul', { transA: 1 }, { x: [1, 7, 4], initializers: { w: weights(1, 7, 3) } }),
];

/** An Einsum of sequences. */
function einsum(
  equation: string,
  x: readonly number[],
  z?: readonly number[],
  o: OneOptions = {},
): OperatorCase {
  return one('Einsum', { equation }, { x, ...(z === undefined ? {} : { others: { z } }), ...o });
}

const einsums = [
  einsum('bsc->bsc', [1, 7, 4]),
  einsum('bsc->bcs', [1, 7, 4]),
  einsum('bsc->bs', [1, 7, 4]),
  einsum('bsc->bc', [1, 7, 4]),
  einsum('bsc->sc', [1, 7, 4]),
  einsum('bchw->bhwc', [1, 4, 5, 6], undefined, { reader: 'last' }),
  einsum('bchw->bcwh', [1, 4, 5, 6]),
  einsum('bchw->bhw', [1, 4, 5, 6], undefined, { reader: 'none' }),
  einsum('bchw->bc', [1, 4, 5, 6]),
  einsum('...c,cd->...d', [1, 7, 4], undefined, { initializers: { w: weights(4, 3) } }),
  einsum('bsc,cd->bsd', [1, 7, 4], undefined, { initializers: { w: weights(4, 3) } }),
  einsum('bsc,dc->bsd', [1, 7, 4], undefined, { initializers: { w: weights(3, 4) } }),
  einsum('bsc,sd->bdc', [1, 7, 4], undefined, { initializers: { w: weights(7, 3) } }),
  einsum('bsc,chd->bshd', [1, 7, 4], undefined, { initializers: { w: weights(4, 2, 3) }, reader: 'none' }),
  einsum('bchw,cd->bdhw', [1, 4, 5, 6], undefined, { initializers: { w: weights(4, 3) } }),
  einsum('bhwc,cd->bhwd', [1, 5, 6, 4], undefined, {
    initializers: { w: weights(4, 3) },
    input: 'last',
    reader: 'last',
  }),
  einsum('bqc,bkc->bqk', [1, 7, 4], [1, 5, 4]),
  einsum('bqk,bkc->bqc', [1, 7, 5], [1, 5, 4]),
  einsum('bqk,bqc->bkc', [1, 7, 5], [1, 7, 4]),
  einsum('qc,kc->qk', [7, 4], [5, 4]),
  einsum('bqc,bkc', [1, 7, 4], [1, 5, 4], { reader: 'none' }),
  several(
    'Einsum of heads',
    [
      node('Reshape', 'x s', 'h'),
      node('Reshape', 'z t', 'k'),
      node('Einsum', 'h k', 'y', { equation: 'bqhc,bkhc->bhqk' }),
    ],
    {
      x: [1, 5, 8],
      others: { z: [1, 6, 8] },
      initializers: { s: { dims: [4], ints: [1, 5, 2, 4] }, t: { dims: [4], ints: [1, 6, 2, 4] } },
      reader: 'last',
    },
  ),
];

/** Matrix products. */
export const matrix: readonly OperatorCase[] = [...products, ...gemm, ...integers, ...fused, ...einsums];
