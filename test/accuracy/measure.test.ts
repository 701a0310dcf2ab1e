import { expect, test } from 'vitest';
import { findNoisePreset, type Measured, sqnrDb } from '../../src/accuracy/index.ts';
import { inputsTogether } from '../../src/accuracy/pass.ts';
import { Store } from '../../src/execute/stored-value.ts';
import { withValues } from '../execute/with-values.ts';
import { FLOAT, INT64, type ModelSpec, node, weights } from '../load/onnx/onnx-writer.ts';
import { messageOf } from '../thrown.ts';
import { measured, small } from './measured.ts';

const spec: ModelSpec = {
  inputs: { x: [1, 3, 6, 6] },
  initializers: withValues({ v: weights(4, 3, 3, 3), w: weights(10, 64) }),
  nodes: [
    node('Conv', 'x v', 'a', {}, 'first'),
    node('Sin', 'a', 'b'),
    node('Flatten', 'b', 'c'),
    node('Gemm', 'c w', 'y', { transB: 1 }, 'last'),
  ],
  outputs: ['y', 'a'],
};

const noise = { model: findNoisePreset('rram-milo')!, seed: 5, trials: 3 };
const clipping = { ...small, adcBits: 4 } as const;

test('how many inputs go through together changes nothing', () => {
  const all = measured(spec, clipping, { noise }, 5);
  for (const together of [1, 2, 4]) expect(measured(spec, clipping, { noise, together }, 5)).toEqual(all);
  expect(all.accuracy.agreement.inputs).toBe(5);
  expect(all.noise).toMatchObject({ trials: 3, top1: { count: 3 } });
});

test('figures of a layer are those of all its inputs', () => {
  const [one, three] = [measured(spec, clipping, {}, 1), measured(spec, clipping, {}, 3)];
  const first = ({ accuracy }: Measured) => accuracy.layers[0]!;
  expect(first(three).alone.values).toBe(3 * first(one).alone.values);
  // What the first input alone clips is not what all of them clip.
  expect(first(three).clippedShare).not.toBe(first(one).clippedShare);
  expect(first(three).clippedShare).toBeGreaterThan(0);
});

test('progress goes from nothing to all, and never back', () => {
  for (const together of [1, 2, 5]) {
    const shares: number[] = [];
    measured(spec, small, { noise, together, onProgress: (share) => shares.push(share) }, 5);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  }
});

test('without noise there are no trials', () => {
  expect(Object.keys(measured(spec, small))).toEqual(['accuracy']);
});

test('as many inputs go through together as memory is good for, and one at least', () => {
  const stores = [
    new Store({ cells: 10, channels: 100 }, FLOAT),
    new Store({ cells: 10, channels: 10 }, INT64),
  ];
  const plan = { stores, bases: new Map() };
  // 4 and 8 bytes a value, and two words a cell.
  const bytes = 4 * 1000 + 8 * 100 + 2 * 8 * 10;
  expect(inputsTogether(plan, 100, 7 * bytes)).toBe(7);
  expect(inputsTogether(plan, 100, 7 * bytes - 1)).toBe(6);
  expect(inputsTogether(plan, 3, 7 * bytes)).toBe(3);
  expect(inputsTogether(plan, 100, 1)).toBe(1);
});

test('a chip without ADCs may have cells and reads whose sums are too large to be made', () => {
  const wide = { ...small, weightBits: 16, cellBits: 16, activationBits: 16, dacBits: 16 };
  const [first] = measured(spec, wide).accuracy.layers;
  expect(first!.leastAdcBits).toMatchObject({ worst: 37, seen: undefined });
  expect(sqnrDb(first!.alone)).toBeGreaterThan(80);
});

test.each<[string, Parameters<typeof measured>[1], Parameters<typeof measured>[2], string]>([
  [
    'bits',
    small,
    { bits: new Map([['last', { activationBits: 31 }]]) },
    'layer last: weights of 8 bits and inputs of 31',
  ],
  ['sums', { ...small, cellBits: 24, dacBits: 8, adcBits: 8 }, {}, 'layer first: cells of 24 bits and reads'],
  [
    'noise',
    small,
    { noise: { ...noise, model: { gMinUs: 0, gMaxUs: 1, sigmaUs: -1 } } },
    'layer first: noise: sigmaUs is -1',
  ],
])('errors of %s name the layer', (_, architecture, options, message) => {
  expect(messageOf(() => measured(spec, architecture, options))).toContain(message);
});

test('a weight that is no number is told with its layer', () => {
  const floats = Float32Array.from({ length: 640 }, (_, i) => (i === 7 ? Number.NaN : 1));
  const initializers = { ...spec.initializers, w: { dims: [10, 64], floats } };
  expect(messageOf(() => measured({ ...spec, initializers }, small))).toContain(
    'layer last: a weight is NaN; give weights that are finite numbers',
  );
});
