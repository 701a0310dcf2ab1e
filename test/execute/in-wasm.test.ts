import { describe, expect, test } from 'vitest';
import { Along } from '../../src/execute/along.ts';
import { Elementwise } from '../../src/execute/elementwise.ts';
import { executeInOrder } from '../../src/execute/in-order.ts';
import { Machine } from '../../src/execute/machine.ts';
import { Product } from '../../src/execute/product.ts';
import { Reduction } from '../../src/execute/reduction.ts';
import { Windows } from '../../src/execute/window.ts';
import { ints, type ModelSpec, model, type NodeSpec, node } from '../load/onnx/onnx-writer.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { planOf } from './run-model.ts';
import { withValues } from './with-values.ts';

/** What is computed in Wasm differs from the same in doubles by so much of the largest value. */
const LAST_BITS = 2e-6;

/** Values of an input, some of which are special. */
function valuesOf(count: number, reach: number, isSpecial: boolean): number[] {
  const next = random(7);
  const special = [0, -0, 1e-30, -1e-6, 3e-3, -0.29, 0.31, 0.49, -0.51, 40, -40, 2 ** -126];
  return Array.from({ length: count }, (_, i) => {
    const drawn = Math.fround(reach * (2 * next() - 1));
    return isSpecial && i % 3 === 1 ? Math.fround(special[Math.floor(i / 3) % special.length]!) : drawn;
  });
}

/**
 * Executes a model, and everything that Wasm computes once more in TypeScript, of the same values.
 *
 * @returns Kinds of operations that were compared.
 */
function compare(spec: ModelSpec, o: { reach?: number; isSpecial?: boolean } = {}): string[] {
  const plan = planOf(model(spec));
  const feeds = Object.fromEntries(
    Object.entries(spec.inputs!).map(([name, dims]) => {
      const count = dims.reduce((product: number, size) => product * Number(size), 1);
      return [name, valuesOf(count, o.reach ?? 3, o.isSpecial ?? false)];
    }),
  );
  const machine = new Machine(plan, { feeds: [feeds], slots: 1, joins: new Set() });
  const kinds: string[] = [];
  try {
    executeInOrder(plan, machine);
    for (const store of plan.stores) {
      const { producer } = store;
      if (producer?.isInWasm !== true) continue;
      kinds.push(producer.constructor.name);
      const own = store.values(0).slice();
      for (let cell = 0; cell < store.cells; cell++) producer.compute(cell, 0);
      expectAlike(own, store.values(0), producer.constructor.name);
      store.values(0).set(own);
    }
  } finally {
    machine.release();
  }
  return kinds;
}

function expectAlike(own: ArrayLike<number>, twin: ArrayLike<number>, what: string): void {
  const finite = Array.from(twin).filter(Number.isFinite);
  const largest = Math.max(...finite.map(Math.abs));
  for (let i = 0; i < own.length; i++) {
    if (Object.is(own[i], twin[i])) continue;
    expect(Math.abs(own[i]! - twin[i]!) / largest, `${what} [${i}]: ${own[i]}, ${twin[i]}`).toBeLessThan(
      LAST_BITS,
    );
  }
}

const unary: readonly NodeSpec[] = [
  ...['Abs', 'Ceil', 'Erf', 'Floor', 'HardSwish', 'Neg', 'Relu', 'Round', 'Sigmoid', 'Tanh', 'Gelu', 'Exp'],
  ...['Sqrt', 'Reciprocal', 'com.microsoft:Gelu'],
].map((op) => node(op, 'x', 'y'));
const withParameters: readonly NodeSpec[] = [
  node('HardSigmoid', 'x', 'y', { alpha: { float: 0.3 }, beta: { float: 0.4 } }),
  node('LeakyRelu', 'x', 'y', { alpha: { float: 0.2 } }),
  node('Gelu', 'x', 'y', { approximate: 'tanh' }),
  node('Clip', 'x low high', 'y'),
  node('com.microsoft:QuickGelu', 'x', 'y', { alpha: { float: 1.5 } }),
];
const initializers = { low: { dims: [], floats: [-1.5] }, high: { dims: [], floats: [2] } };

describe('functions of one value', () => {
  test.each([...unary, ...withParameters])('$op $attributes', (tested) => {
    // Channels that fill no whole number of vectors.
    for (const channels of [1, 3, 4, 13, 64]) {
      const spec = {
        opset: 20,
        inputs: { x: [1, 7, channels] },
        initializers,
        nodes: [tested],
        outputs: ['y'],
      };
      expect(compare(spec, { isSpecial: true })).toEqual(['Elementwise']);
    }
  });

  test('small values keep their last bits, and large ones come to their limits', () => {
    for (const op of ['Erf', 'Tanh', 'Gelu']) {
      const spec = { opset: 20, inputs: { x: [1, 5, 33] }, nodes: [node(op, 'x', 'y')], outputs: ['y'] };
      for (const reach of [1e-9, 1e-4, 0.05, 1, 1e4]) compare(spec, { reach });
    }
    const exponentials = { inputs: { x: [1, 1, 9] }, nodes: [node('Exp', 'x', 'y')], outputs: ['y'] };
    const plan = planOf(model(exponentials));
    const x = [-200, -104, -95, -80, 0, 80, 88.7, 89, NaN];
    const machine = new Machine(plan, { feeds: [{ x }], slots: 1, joins: new Set() });
    const [values] = executeInOrder(plan, machine);
    machine.release();
    x.forEach((value, i) => {
      const exact = Math.fround(Math.exp(value));
      if (Number.isFinite(exact) && exact > 0) expect(values![i]! / exact).toBeCloseTo(1, 3);
      else expect(values![i]).toBe(exact);
    });
  });
});

describe('functions of two values', () => {
  test.each(['Add', 'Div', 'Max', 'Min', 'Mul', 'PRelu', 'Sub', 'Sum'])('%s', (op) => {
    for (const channels of [1, 3, 13, 32]) {
      for (const dims of [[1, 5, channels], [channels], [1]]) {
        const tensors = withValues({ w: { dims } });
        const spec = {
          inputs: { x: [1, 5, channels] },
          initializers: tensors,
          nodes: [node(op, 'x w', 'y')],
        };
        expect(compare({ ...spec, outputs: ['y'] }, { isSpecial: true })).toEqual(['Elementwise']);
      }
    }
  });

  test('both may be computed, and repeated', () => {
    const spec = {
      inputs: { x: [1, 5, 11], z: [1, 1, 11] },
      nodes: [node('Add', 'z x', 'a'), node('Sub', 'x z', 'b'), node('Mul', 'a b', 'y')],
      outputs: ['y'],
    };
    expect(compare(spec)).toEqual(['Elementwise', 'Elementwise', 'Elementwise']);
  });
});

test('normalisations and softmax', () => {
  const image = [1, 13, 5, 6];
  const tensors = withValues({
    s: { dims: [13] },
    b: { dims: [13] },
    m: { dims: [13] },
    v: { dims: [13] },
    wide: { dims: [37] },
    c: { dims: [13, 13, 1, 1] },
  });
  const kinds = compare({
    opset: 17,
    inputs: { given: image, t: [1, 9, 37] },
    initializers: tensors,
    nodes: [
      ...[node('Conv', 'given c', 'x'), node('BatchNormalization', 'x s b m v', 'y1')],
      node('LayerNormalization', 't wide wide', 'y2', { axis: -1 }),
      node('LayerNormalization', 't wide', 'y3', { axis: -1, epsilon: { float: 0.1 } }),
      node('SimplifiedLayerNormalization', 't wide', 'y4', { axis: -1 }),
      node('Softmax', 't', 'y5', { axis: -1 }),
      ...[node('Mul', 't wide', 'large'), node('Softmax', 'large', 'y6', { axis: -1 })],
    ],
    outputs: ['y1', 'y2', 'y3', 'y4', 'y5', 'y6'],
  });
  expect(kinds.filter((kind) => kind === Along.name)).toHaveLength(5);
  expect(kinds.filter((kind) => kind === Elementwise.name)).toHaveLength(2);
});

test('pooling and reductions', () => {
  const kinds = compare({
    opset: 13,
    inputs: { given: [1, 13, 8, 7] },
    initializers: { ...withValues({ c: { dims: [13, 13, 1, 1] } }), hw: ints(2, 3) },
    nodes: [
      // Its channels lie behind each other.
      node('Conv', 'given c', 'x'),
      node('MaxPool', 'x', 'y1', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
      node('AveragePool', 'x', 'y2', { kernel_shape: [2, 3], pads: [1, 1, 0, 1] }),
      node('AveragePool', 'x', 'y3', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
      ...[node('GlobalAveragePool', 'x', 'y4'), node('GlobalMaxPool', 'x', 'y5')],
      node('ReduceMean', 'x', 'y6', { axes: [2, 3], keepdims: 1 }),
      node('ReduceSum', 'x hw', 'y7', { keepdims: 0 }),
    ],
    outputs: ['y1', 'y2', 'y3', 'y4', 'y5', 'y6', 'y7'],
  });
  expect(kinds.filter((kind) => kind === Windows.name)).toHaveLength(3);
  expect(kinds.filter((kind) => kind === Reduction.name)).toHaveLength(4);
});

test.each([
  [3, 5, 7, 9],
  [1, 16, 8, 4],
  [2, 33, 21, 37],
])('products of activations, %i heads of %i tokens', (heads, tokens, keys, channels) => {
  const split = (name: string) => [
    node('Reshape', `${name} of_${name}`, `${name}_r`),
    node('Transpose', `${name}_r`, `${name}_h`, { perm: [0, 2, 1, 3] }),
  ];
  const kinds = compare({
    inputs: {
      q: [1, tokens, heads * channels],
      k: [1, keys, heads * channels],
      v: [1, keys, heads * channels],
    },
    initializers: {
      of_q: ints(1, tokens, heads, channels),
      of_k: ints(1, keys, heads, channels),
      of_v: ints(1, keys, heads, channels),
    },
    nodes: [
      ...[...split('q'), ...split('k'), ...split('v')],
      node('Transpose', 'k_h', 'k_t', { perm: [0, 1, 3, 2] }),
      node('MatMul', 'q_h k_t', 'scores'),
      node('Softmax', 'scores', 'shares', { axis: -1 }),
      node('MatMul', 'shares v_h', 'y'),
      // Of columns of both: neither side is contiguous.
      node('Transpose', 'v_h', 'v_t', { perm: [0, 1, 3, 2] }),
      node('MatMul', 'v_t v_h', 'z'),
    ],
    outputs: ['y', 'z'],
  });
  expect(kinds.filter((kind) => kind === Product.name)).toHaveLength(3);
});

test('what is no number, and infinite, is that in both', () => {
  const x = [NaN, Infinity, -Infinity, -1, 2];
  for (const op of ['Relu', 'Sigmoid', 'Tanh', 'Erf', 'HardSwish', 'Softmax', 'Exp', 'Gelu']) {
    const plan = planOf(
      model({ opset: 20, inputs: { x: [1, 2, 5] }, nodes: [node(op, 'x', 'y')], outputs: ['y'] }),
    );
    const machine = new Machine(plan, {
      feeds: [{ x: [...x, ...x.slice(1), 0] }],
      slots: 1,
      joins: new Set(),
    });
    executeInOrder(plan, machine);
    const { store } = plan.outputs[0]!.value;
    const own = store.values(0).slice();
    for (let cell = 0; cell < store.cells; cell++) store.producer!.compute(cell, 0);
    expectAlike(own, store.values(0), op);
    machine.release();
  }
});

test('constants are what they were when a machine is released', () => {
  const plan = planOf(
    model({
      inputs: { x: [1, 4] },
      initializers: { w: { dims: [4], floats: [1, 2, 3, 4] } },
      nodes: [node('Add', 'x w', 'y')],
      outputs: ['y'],
    }),
  );
  for (const x of [
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ]) {
    const machine = new Machine(plan, { feeds: [{ x }], slots: 1, joins: new Set() });
    expect([...executeInOrder(plan, machine)[0]!]).toEqual(x.map((value, i) => value + i + 1));
    machine.release();
    const { store } = plan.outputs[0]!.value.store.producer!.operands[1]!;
    expect([...plan.constants.all(store)]).toEqual([1, 2, 3, 4]);
    expect(plan.constants.all(store).buffer.byteLength).toBe(16);
  }
});
