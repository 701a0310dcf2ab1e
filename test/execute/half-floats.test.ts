import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { float16Bits, toBfloat16, toFloat16 } from '../../src/execute/half-floats.ts';
import { float16 } from '../../src/load/onnx/tensor-data.ts';
import { FLOAT, model, node, weights } from '../load/onnx/onnx-writer.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { runner } from '../load/onnx/runtime/runtime.ts';
import { execute } from './run-model.ts';
import { withValues } from './with-values.ts';

const FLOAT16 = 10;

describe('float16', () => {
  test.each([
    [0, 0],
    [1, 1],
    [1 + 2 ** -11, 1],
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [-0.1, -0.0999755859375],
    [65504, 65504],
    [65519, 65504],
    [65520, Number.POSITIVE_INFINITY],
    [-1e9, Number.NEGATIVE_INFINITY],
    [2 ** -24, 2 ** -24],
    [2 ** -25, 0],
    [1.5 * 2 ** -24, 2 ** -23],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('%d is rounded to %d', (x, rounded) => {
    expect(toFloat16(x)).toBe(rounded);
  });
});

describe('bfloat16', () => {
  test.each([
    [1, 1],
    [1 + 2 ** -8, 1],
    [1 + 3 * 2 ** -8, 1 + 2 ** -6],
    [Math.PI, 3.140625],
    [3.4e38, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ])('%d is rounded to %d', (x, rounded) => {
    expect(toBfloat16(x)).toBe(rounded);
  });
});

test.each([
  ['float16', toFloat16, 2 ** -11],
  ['bfloat16', toBfloat16, 2 ** -8],
])('rounding to %s changes nothing twice, and little once', (_, round, unit) => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: -60000, max: 60000 }), (x) => {
      const once = round(x);
      expect(round(once)).toBe(once);
      expect(Math.abs(once - x)).toBeLessThanOrEqual(Math.max(unit * Math.abs(x), 2 ** -25));
    }),
  );
});

test('the bits of a number of float16 are those that it is read from', () => {
  const numbers = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
    (bits) => !Number.isNaN(float16(bits)),
  );
  expect(numbers.filter((bits) => float16Bits(float16(bits)) !== bits)).toEqual([]);
  expect(float16(float16Bits(Number.NaN))).toBeNaN();
});

test('a network of float16 is what ONNX Runtime makes of it', async () => {
  const bytes = model({
    inputs: { x: [1, 4, 5, 6] },
    initializers: withValues({ w: weights(3, 4, 3, 3), b: weights(3), m: weights(6, 7) }),
    nodes: [
      ...['x', 'w', 'b', 'm'].map((name) => node('Cast', name, `${name}16`, { to: FLOAT16 })),
      node('Conv', 'x16 w16 b16', 'c', { pads: [1, 1, 1, 1] }),
      node('Relu', 'c', 'r'),
      node('Add', 'r r', 'a'),
      node('MatMul', 'a m16', 'p'),
      node('Sigmoid', 'p', 's'),
      node('Cast', 's', 'y', { to: FLOAT }),
      node('Cast', 'p', 'z', { to: FLOAT }),
    ],
    outputs: ['y', 'z'],
  });
  const next = random(3);
  const x = Array.from({ length: 120 }, () => Math.fround(next() - 0.5));
  const session = await runner(bytes);
  try {
    const theirs = await session.run({ x: { dims: [1, 4, 5, 6], type: FLOAT, values: x } });
    const ours = execute(bytes, { x });
    for (const [name, { values }] of theirs) {
      const mine = ours.get(name)!;
      const largest = Math.max(...Array.from(values, (value) => Math.abs(Number(value))));
      // All of them are numbers of float16, some a last bit apart.
      expect(Array.from(mine).every((value) => toFloat16(value) === value)).toBe(true);
      mine.forEach((value, i) => {
        expect(Math.abs(value - Number(values[i])) / largest).toBeLessThan(2e-3);
      });
    }
  } finally {
    await session.release();
  }
});
