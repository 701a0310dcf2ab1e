import { expect, test } from 'vitest';
import { type Accuracy, findNoisePreset, sqnrDb } from '../../src/accuracy/index.ts';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { INT8, INT32, type ModelSpec, node, type TensorSpec, UINT8 } from '../load/onnx/onnx-writer.ts';
import { measured, small } from './measured.ts';

/** Whole numbers from `low` to `high` in no order, both of them among them. */
function integers(dims: readonly number[], type: number, low: number, high: number): TensorSpec {
  const count = dims.reduce((product, size) => product * size, 1);
  const all = Array.from({ length: count }, (_, i) => low + ((i * 7919 + 13) % (high - low + 1)));
  return { dims, type, ints: [high, low, ...all].slice(0, count) };
}

const scalar = (value: number): TensorSpec => ({ dims: [], floats: [value] });
const zero = (type: number, value = 0): TensorSpec => ({ dims: [], type, ints: [value] });
const list = (type: number, ...ints: number[]): TensorSpec => ({ dims: [ints.length], type, ints });

/** An image of bytes, quantised from floats. */
const quantised = {
  inputs: { x: [1, 3, 6, 6] },
  nodes: [node('QuantizeLinear', 'x s z', 'q')],
};

const qLinearConv = (
  weights: Record<string, TensorSpec>,
  more: Record<string, TensorSpec> = {},
): ModelSpec => ({
  ...quantised,
  initializers: {
    ...{ s: scalar(1 / 127), z: zero(UINT8, 120), t: scalar(0.9), o: zero(UINT8, 7) },
    ...{ b: list(INT32, 900, -3, 0, 12345), ...weights, ...more },
  },
  nodes: [
    ...quantised.nodes,
    node('QLinearConv', 'q s z w ws wz t o b', 'c', { pads: [1, 1, 1, 1] }, 'conv'),
    node('DequantizeLinear', 'c t o', 'y'),
  ],
  outputs: ['y'],
});

const symmetric = { w: integers([4, 3, 3, 3], INT8, -128, 127), ws: scalar(0.01), wz: zero(INT8) };
const asymmetric = { w: integers([4, 3, 3, 3], UINT8, 0, 255), ws: scalar(0.01), wz: zero(UINT8, 101) };
const perChannel = {
  w: integers([4, 3, 3, 3], INT8, -127, 127),
  ws: { dims: [4], floats: [0.01, 0.02, 0.005, 0.03] },
  wz: list(INT8, 0, 0, 0, 0),
};

const chips: Readonly<Record<string, Partial<Architecture>>> = {
  bias: { weightCoding: 'bias' },
  flipped: { weightCoding: 'flipped', cellBits: 1 },
  signed: { weightCoding: 'signed' },
  pairs: { differentialPairs: true },
  'pairs read together, bits by four': { differentialPairs: true, pairReadout: 'analogue', dacBits: 4 },
  'an ADC that is wide enough': { weightCoding: 'bias', adcBits: 7 },
};

function isExact({ layers, outputs }: Accuracy): void {
  for (const { alone, cascaded, clippedInputs, clippedShare } of layers) {
    expect({ alone: alone.largestError, cascaded: cascaded.largestError }).toEqual({ alone: 0, cascaded: 0 });
    expect(alone.power).toBeGreaterThan(0);
    expect({ clippedInputs, clippedShare }).toEqual({ clippedInputs: 0, clippedShare: 0 });
  }
  for (const { deviation } of outputs) expect(deviation.largestError).toBe(0);
}

test.each(Object.keys(chips))('a layer of integers is what its integers make: %s', (name) => {
  const chip = { ...small, ...chips[name] } as Architecture;
  for (const weights of [symmetric, asymmetric, perChannel]) {
    const { accuracy } = measured(qLinearConv(weights), chip);
    isExact(accuracy);
    expect(accuracy.layers).toMatchObject([
      { name: 'conv', weightBits: 8, activationBits: 8, weightCode: 'file', activationCode: 'file' },
    ]);
  }
});

test('an ADC that is too narrow changes it', () => {
  const { accuracy } = measured(qLinearConv(symmetric), { ...small, adcBits: 4 });
  expect(accuracy.layers[0]!.clippedShare).toBeGreaterThan(0);
  expect(accuracy.layers[0]!.alone.largestError).toBeGreaterThan(0);
});

test('with noise sums of integers are integers that are off', () => {
  const noise = { model: findNoisePreset('rram-milo')!, seed: 1, trials: 2 };
  for (const chip of [small, { ...small, adcBits: 7 }, { ...small, differentialPairs: true }]) {
    const found = measured(qLinearConv(asymmetric), chip, { noise });
    isExact(found.accuracy);
    const { least, most } = found.noise!.layers[0]!.sqnrDb;
    expect(least).toBeGreaterThan(0);
    expect(most).toBeLessThan(60);
  }
});

test('sums of integers beyond the digits of a float are exact, too', () => {
  const spec: ModelSpec = {
    inputs: { x: [2, 2400] },
    initializers: {
      ...{ s: scalar(1 / 255), z: zero(UINT8), t: scalar(2 ** 18), o: zero(UINT8) },
      ...{ w: { dims: [2400, 2], type: INT8, ints: Array.from({ length: 4800 }, (_, i) => 127 - (i % 3)) } },
    },
    nodes: [
      node('Abs', 'x', 'a'),
      node('QuantizeLinear', 'a s z', 'q'),
      node('MatMulInteger', 'q w', 'sums', {}, 'product'),
      node('Cast', 'sums', 'y', { to: 1 }),
    ],
    outputs: ['y'],
  };
  const { accuracy } = measured(spec, small);
  isExact(accuracy);
  expect(accuracy.layers[0]!.alone.largest).toBeGreaterThan(2 ** 24);
});

const products: [string, ModelSpec][] = [
  [
    'ConvInteger with groups',
    {
      ...quantised,
      inputs: { x: [1, 4, 6, 6] },
      initializers: {
        ...{
          s: scalar(1 / 64),
          z: zero(INT8, -5),
          w: integers([4, 2, 3, 3], INT8, -128, 127),
          wz: zero(INT8, 3),
        },
      },
      nodes: [
        ...quantised.nodes,
        node('ConvInteger', 'q w z wz', 'sums', { group: 2, strides: [2, 2] }, 'conv'),
        node('Cast', 'sums', 'y', { to: 1 }),
      ],
      outputs: ['y'],
    },
  ],
  [
    'a depthwise QLinearConv',
    {
      ...quantised,
      initializers: {
        ...{ s: scalar(1 / 127), z: zero(UINT8, 128), w: integers([3, 1, 3, 3], UINT8, 0, 255) },
        ...{ ws: scalar(0.02), wz: list(UINT8, 128, 3, 250), t: scalar(0.5), o: zero(UINT8, 99) },
      },
      nodes: [
        ...quantised.nodes,
        node('QLinearConv', 'q s z w ws wz t o', 'c', { group: 3 }, 'conv'),
        node('DequantizeLinear', 'c t o', 'y'),
      ],
      outputs: ['y'],
    },
  ],
  [
    'QLinearMatMul',
    {
      inputs: { x: [5, 40] },
      initializers: {
        ...{ s: scalar(1 / 127), z: zero(UINT8, 128), w: integers([40, 6], INT8, -128, 127) },
        ...{ ws: scalar(0.02), wz: zero(INT8, 1), t: scalar(0.5), o: zero(UINT8, 99) },
      },
      nodes: [
        node('QuantizeLinear', 'x s z', 'q'),
        node('QLinearMatMul', 'q s z w ws wz t o', 'c', {}, 'product'),
        node('DequantizeLinear', 'c t o', 'y'),
      ],
      outputs: ['y'],
    },
  ],
];

test.each(products)('%s is exact where sums are read exactly', (_, spec) => {
  isExact(measured(spec, small).accuracy);
  isExact(measured(spec, { ...small, differentialPairs: true } as Architecture).accuracy);
});

/** A convolution between quantisers of floats. */
const qdq = (weights: Record<string, TensorSpec>, axis = 0): ModelSpec => ({
  inputs: { x: [1, 3, 6, 6] },
  initializers: { s: scalar(1 / 100), z: zero(UINT8, 100), ...weights },
  nodes: [
    node('QuantizeLinear', 'x s z', 'q'),
    node('DequantizeLinear', 'q s z', 'd'),
    node('MaxPool', 'd', 'p', { kernel_shape: [2, 2], pads: [1, 1, 1, 1] }),
    node('DequantizeLinear', 'w ws wz', 'v', { axis }),
    node('Conv', 'p v', 'y', {}, 'conv'),
  ],
  outputs: ['y'],
});

const wide = { ws: scalar(0.013), wz: zero(INT8) };

const files: [string, ModelSpec][] = [
  ['one scale', qdq({ w: integers([4, 3, 3, 3], INT8, -90, 90), ...wide })],
  [
    'a scale and a zero point per channel',
    qdq({
      w: integers([4, 3, 3, 3], UINT8, 0, 255),
      ws: { dims: [4], floats: [0.01, 0.02, 0.005, 0.03] },
      wz: list(UINT8, 128, 0, 255, 77),
    }),
  ],
  [
    'weights that are transposed behind their scale',
    {
      inputs: { x: [5, 12] },
      initializers: {
        ...{ s: scalar(1 / 100), z: zero(INT8, 3), w: integers([7, 12], INT8, -100, 100) },
        ...{
          ws: { dims: [7], floats: [1, 2, 3, 4, 5, 6, 7].map((i) => i / 70) },
          wz: list(INT8, 0, 0, 0, 0, 0, 0, 0),
        },
      },
      nodes: [
        node('QuantizeLinear', 'x s z', 'q'),
        node('DequantizeLinear', 'q s z', 'd'),
        node('DequantizeLinear', 'w ws wz', 'v', { axis: 0 }),
        node('Transpose', 'v', 'u', { perm: [1, 0] }),
        node('MatMul', 'd u', 'y', {}, 'product'),
      ],
      outputs: ['y'],
    },
  ],
  [
    'quantisers of QONNX of 4 bits',
    {
      inputs: { x: [1, 3, 6, 6] },
      initializers: {
        ...{
          s: scalar(1 / 8),
          none: scalar(0),
          bits: scalar(4),
          v: { dims: [4, 3, 3, 3], floats: integers([4, 3, 3, 3], INT8, -60, 60).ints!.map((i) => i / 50) },
        },
        ...{ ws: { dims: [4, 1, 1, 1], floats: [0.1, 0.2, 0.15, 0.3] } },
      },
      nodes: [
        node('qonnx.custom_op.general:Quant', 'x s none bits', 'd', {
          signed: 1,
          narrow: 0,
          rounding_mode: 'ROUND',
        }),
        node('qonnx.custom_op.general:Quant', 'v ws none bits', 'w', {
          signed: 1,
          narrow: 1,
          rounding_mode: 'ROUND',
        }),
        node('Conv', 'd w', 'y', {}, 'conv'),
      ],
      outputs: ['y'],
    },
  ],
];

test.each(files)('a quantised file gives the codes of its floats: %s', (_, spec) => {
  for (const chip of [small, { ...small, differentialPairs: true } as Architecture]) {
    const [layer] = measured(spec, chip).accuracy.layers;
    expect(layer).toMatchObject({ weightCode: 'file', activationCode: 'file', clippedInputs: 0 });
    // What is left is that of floats.
    expect(sqnrDb(layer!.alone)).toBeGreaterThan(120);
  }
});

test('bits of the file come before those of the chip', () => {
  const chip = { ...small, weightBits: 16, activationBits: 12 };
  for (const spec of [qdq({ w: integers([4, 3, 3, 3], INT8, -90, 90), ...wide }), qLinearConv(symmetric)]) {
    const { layers } = measured(spec, chip).accuracy;
    expect(layers).toMatchObject([
      { weightBits: 8, activationBits: 8, weightCode: 'file', activationCode: 'file' },
    ]);
  }
});

test('bits that the user gives are not those of the file, and have codes of their own', () => {
  const bits = new Map([['conv', { weightBits: 5, activationBits: 6 }]]);
  const [layer] = measured(qdq({ w: integers([4, 3, 3, 3], INT8, -90, 90), ...wide }), small, { bits })
    .accuracy.layers;
  expect(layer).toMatchObject({
    weightBits: 5,
    activationBits: 6,
    weightCode: 'values',
    activationCode: 'values',
  });
  expect(sqnrDb(layer!.alone)).toBeLessThan(60);
  const [ofIntegers] = measured(qLinearConv(symmetric), small, { bits }).accuracy.layers;
  expect(ofIntegers).toMatchObject({ weightBits: 5, weightCode: 'values' });
  expect(ofIntegers!.alone.largestError).toBeGreaterThan(0);
});

test('scales within a column are no code of it', () => {
  const spec = qdq(
    {
      w: integers([4, 3, 3, 3], INT8, -90, 90),
      ws: { dims: [3], floats: [0.01, 0.02, 0.03] },
      wz: list(INT8, 0, 0, 0),
    },
    1,
  );
  expect(measured(spec, small).accuracy.layers[0]).toMatchObject({
    weightCode: 'values',
    activationCode: 'file',
  });
});
