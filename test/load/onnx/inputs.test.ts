import { describe, expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { layerOf, load, shapeOf } from './helpers.ts';
import { INT64, ints, type ModelSpec, node, weights } from './onnx-writer.ts';

const conv = node('Conv', 'x w', 'c', {}, 'c');
const initializers = { w: weights(8, 3, 1, 1) };

test('a batch of 32 counts as 1, also in a constant shape', () => {
  const network = load({
    inputs: { x: [32, 3, 4, 4] },
    initializers: { ...initializers, s: ints(32, 128), t: ints(32, -1), m: weights(128, 10) },
    nodes: [
      conv,
      node('Reshape', 'c s', 'r'),
      node('Gemm', 'r m', 'y', {}, 'y'),
      node('Reshape', 'c t', 'q'),
      node('Gemm', 'q m', 'z', {}, 'z'),
    ],
  });
  expect(shapeOf(network, 'c')).toEqual([4, 4, 8]);
  expect(shapeOf(network, 'y')).toEqual([1, 1, 10]);
  expect(shapeOf(network, 'z')).toEqual([1, 1, 10]);
});

test('constants that are repeated for the batch are there once', () => {
  const network = load({
    inputs: { x: [32, 6, 4] },
    initializers: { token: weights(32, 1, 4), position: weights(32, 7, 4) },
    nodes: [node('Concat', 'token x', 't', { axis: 1 }, 't'), node('Add', 't position', 'y', {}, 'y')],
  });
  expect(shapeOf(network, 'y')).toEqual([7, 1, 4]);
});

test.each(['N', 'batch_size', 'unk__15', null])('a batch that is called %s is 1', (name) => {
  expect(shapeOf(load({ inputs: { x: [name, 3, 4, 4] }, initializers, nodes: [conv] }), 'c')).toEqual([
    4, 4, 8,
  ]);
});

test('open dimensions are given by name or by axis', () => {
  const spec: ModelSpec = { inputs: { x: ['N', 3, 'height', null] }, initializers, nodes: [conv] };
  expect(shapeOf(load(spec, { dims: { height: 6, 'x:3': 7 } }), 'c')).toEqual([6, 7, 8]);
  expect(() => load(spec)).toThrow(
    'the file leaves dimensions open: height (axis 2 of x), x:3 (axis 3 of x); give them with dims',
  );
  const dims = { height: 128, 'x:3': 128 };
  expect(() => load(spec)).toThrow(expect.objectContaining({ code: 'OPEN_SIZES', dims }));
  expect(() => load(spec, { dims: { height: 6, 'x:3': 7, width: 8 } })).toThrow(/no open dimension width/);
  expect(() => load(spec, { dims: { height: 1.5, 'x:3': 7 } })).toThrow(/1.5/);
  expect(() => load(spec, { dims: { height: 6, 'x:3': 7, N: 4 } })).toThrow(/batch, which counts as 1/);
});

test('a sequence of two dimensions has H = S; ids have their batch in front', () => {
  const nodes = [node('MatMul', 'x w', 'y', {}, 'y')];
  expect(shapeOf(load({ inputs: { x: [9, 5] }, initializers: { w: weights(5, 4) }, nodes }), 'y')).toEqual([
    9, 1, 4,
  ]);
  const ids: ModelSpec = {
    inputs: { x: [1, 9] },
    types: { x: INT64 },
    nodes: [node('Cast', 'x', 'y', { to: 1 })],
  };
  expect(shapeOf(load(ids), 'x')).toEqual([9, 1, 1]);
});

describe('an input of rank 2 whose first size is fixed above 1', () => {
  const mlp: ModelSpec = {
    inputs: { x: [32, 784], 'y"z': [10, 'n'], one: [1, 784], map: [1, 3, 4, 4] },
    initializers: { m: weights(784, 10), shape: ints(32, 5, 2) },
    nodes: [
      node('Gemm', 'x m', 'y', {}, 'y'),
      node('Reshape', 'y shape', 'z'),
      node('Relu', 'z', 'r', {}, 'r'),
    ],
  };
  const dims = { n: 4 };

  test('is a sequence, and one line says so', () => {
    const network = load(mlp, { dims });
    expect(shapeOf(network, 'y')).toEqual([32, 1, 10]);
    expect(shapeOf(network, 'r')).toEqual([32, 1, 10]);
    expect(network.warnings).toEqual([
      'axis 0 of x [32, 784], y"z [10, n] is taken as a sequence, a row a token; give batchAxis (--batch-axis) if it is a batch, which counts as 1',
    ]);
  });

  test('is a batch of which one counts, where the user says so', () => {
    const network = load(mlp, { dims, batchAxis: true });
    expect(shapeOf(network, 'x')).toEqual([1, 1, 784]);
    expect(shapeOf(network, 'y"z')).toEqual([1, 1, 4]);
    expect(shapeOf(network, 'y')).toEqual([1, 1, 10]);
    expect(layerOf(network, 'r').shape).toEqual({ height: 1, width: 1, channels: 10 });
    expect(network.warnings).toEqual([]);
  });

  test('also with ids; what else is a batch stays one', () => {
    const ids: ModelSpec = {
      inputs: { x: [2, 9], map: [2, 3, 4, 4], w: [5, 3, 1, 1] },
      types: { x: INT64 },
      initializers: { table: weights(100, 8), m: weights(8, 4) },
      nodes: [
        node('Gather', 'table x', 'e'),
        node('MatMul', 'e m', 'y', {}, 'y'),
        node('Conv', 'map w', 'c', {}, 'c'),
      ],
    };
    expect(shapeOf(load(ids), 'y')).toEqual([2, 9, 4]);
    expect(load(ids).warnings[1]).toMatch(/^axis 0 of x \[2, 9\] is taken/);
    const batch = load(ids, { batchAxis: true });
    expect(shapeOf(batch, 'y')).toEqual([9, 1, 4]);
    for (const network of [load(ids), batch]) expect(shapeOf(network, 'c')).toEqual([4, 4, 5]);
  });

  test('many of them do not fill the screen', () => {
    const inputs = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x${i}`, [3, 4]]));
    const network = load({ inputs, nodes: [node('Sum', Object.keys(inputs).join(' '), 'y')] });
    expect(network.warnings).toHaveLength(1);
    expect(network.warnings[0]).toContain('x3 [3, 4], … is taken');
  });

  test.each([[[1, 8]], [['n', 8]], [[null, 8]], [[5]], [[5, 8, 4]], [[5, 3, 8, 4]]])('%j is none', (size) => {
    const network = load({ inputs: { x: size }, nodes: [node('Relu', 'x', 'y')] });
    expect(network.warnings).toEqual([]);
  });
});

test('weights that are inputs are constants, with a warning', () => {
  const network = load({ inputs: { x: [1, 3, 4, 4], w: [8, 3, 1, 1] }, nodes: [conv] });
  expect(shapeOf(network, 'c')).toEqual([4, 4, 8]);
  expect(network.warnings).toEqual(['input w is used as a weight only and is taken as a constant']);
});

test.each([0, -1, 2 ** 31, 2 ** 40])('a dimension of %i is an error', (size) => {
  expect(() => load({ inputs: { x: [1, 3, size, 4] }, initializers, nodes: [conv] })).toThrow(ClsaCimError);
});
