import { expect, test } from 'vitest';
import { ClsaCimError } from '../../../src/errors.ts';
import { load, shapeOf } from './helpers.ts';
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
    'the file leaves dimensions open: height (axis 2 of x), x:3 (axis 3 of x); give them with --dim height=128 --dim x:3=128',
  );
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

test('weights that are inputs are constants, with a warning', () => {
  const network = load({ inputs: { x: [1, 3, 4, 4], w: [8, 3, 1, 1] }, nodes: [conv] });
  expect(shapeOf(network, 'c')).toEqual([4, 4, 8]);
  expect(network.warnings).toEqual(['input w is used as a weight only and is taken as a constant']);
});

test.each([0, -1, 2 ** 31, 2 ** 40])('a dimension of %i is an error', (size) => {
  expect(() => load({ inputs: { x: [1, 3, size, 4] }, initializers, nodes: [conv] })).toThrow(ClsaCimError);
});
