import { expect, test } from 'vitest';
import { BFLOAT16, DOUBLE, FLOAT, FLOAT16 } from '../../src/execute/data-types.ts';
import { defaultTolerance } from '../../src/verify/tolerance.ts';
import { planOf } from '../execute/run-model.ts';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';

/** A layer of this type, whose input and output are of float32. */
const layerOf = (type: number) => [
  ...[node('Cast', 'x', 'x16', { to: type }), node('Cast', 'w', 'w16', { to: type })],
  ...[node('MatMul', 'x16 w16', 'p'), node('Cast', 'p', 'y', { to: FLOAT })],
];

test.each([
  ['float', layerOf(FLOAT), 1e-4],
  ['double', layerOf(DOUBLE), 1e-4],
  ['float16', layerOf(FLOAT16), 2e-3],
  ['bfloat16', layerOf(BFLOAT16), 2e-2],
  [
    'float, of weights in float16',
    [
      ...[node('Cast', 'w', 'half', { to: FLOAT16 }), node('Cast', 'half', 'back', { to: FLOAT })],
      node('MatMul', 'x back', 'y'),
    ],
    1e-4,
  ],
])('the tolerance of %s', (_, nodes, tolerance) => {
  const inputs = { x: [1, 4] };
  const plan = planOf(model({ inputs, initializers: { w: weights(4, 3) }, nodes, outputs: ['y'] }));
  expect(defaultTolerance(plan)).toBe(tolerance);
});

test('an input of float16 is enough', () => {
  const types = { x: FLOAT16 };
  const nodes = [node('Cast', 'x', 'f', { to: FLOAT }), node('Relu', 'f', 'y')];
  expect(defaultTolerance(planOf(model({ inputs: { x: [1, 4] }, types, nodes, outputs: ['y'] })))).toBe(2e-3);
});
