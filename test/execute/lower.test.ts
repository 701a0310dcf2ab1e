import { describe, expect, test } from 'vitest';
import { demandMemory } from '../../src/execute/execution-size.ts';
import { planProgram } from '../../src/execute/plan.ts';
import { wantedConstants } from '../../src/execute/wanted.ts';
import { bytesInMemory } from '../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../src/load/onnx/index.ts';
import {
  BOOL,
  FLOAT,
  INT8,
  INT64,
  type ModelSpec,
  model,
  type NodeSpec,
  node,
  type TensorSpec,
  UINT8,
  weights,
} from '../load/onnx/onnx-writer.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { type Feed, runner } from '../load/onnx/runtime/runtime.ts';
import { execute, planOf } from './run-model.ts';
import { withValues } from './with-values.ts';

const QONNX = 'qonnx.custom_op.general';

const scalar = (value: number): TensorSpec => ({ dims: [], floats: [value] });

/** What a node makes of a vector, with constants as its further inputs. */
function ofVector(
  op: string,
  x: readonly number[],
  constants: Readonly<Record<string, TensorSpec>>,
  attributes: NodeSpec['attributes'] = {},
): number[] {
  const bytes = model({
    inputs: { x: [1, x.length] },
    initializers: constants,
    nodes: [node(op, ['x', ...Object.keys(constants)].join(' '), 'y', attributes)],
    outputs: ['y'],
  });
  return [...execute(bytes, { x }).get('y')!];
}

describe('quantisers of QONNX, by their definitions', () => {
  const quant = (bits: number, scale = 0.5, zero = 0) => ({
    s: scalar(scale),
    z: scalar(zero),
    b: scalar(bits),
  });

  test.each([
    [
      '4 bits, signed',
      quant(4),
      { signed: 1, narrow: 0 },
      [-100, -4, -0.75, -0.25, 0.25, 0.75, 3.6, 100],
      [-4, -4, -1, 0, 0, 1, 3.5, 3.5],
    ],
    ['4 bits, narrow', quant(4), { signed: 1, narrow: 1 }, [-100, 100], [-3.5, 3.5]],
    ['4 bits, unsigned', quant(4), { signed: 0, narrow: 0 }, [-1, 7.4, 100], [0, 7.5, 7.5]],
    ['4 bits, unsigned and narrow', quant(4), { signed: 0, narrow: 1 }, [100], [7]],
    ['2 bits with a zero point', quant(2, 1, 1), { signed: 0, narrow: 0 }, [-5, 0, 1, 5], [-1, 0, 1, 2]],
    ['1 bit', quant(1), { signed: 1, narrow: 0 }, [-3, 0, 3], [-0.5, 0.5, 0.5]],
    ['rounded down', quant(4, 1), { signed: 1, narrow: 0, rounding_mode: 'FLOOR' }, [-1.5, 1.9], [-2, 1]],
    ['rounded up', quant(4, 1), { signed: 1, narrow: 0, rounding_mode: 'CEIL' }, [-1.5, 1.1], [-1, 2]],
  ])('Quant: %s', (_, constants, attributes, x, y) => {
    expect(ofVector(`${QONNX}:Quant`, x, constants, attributes)).toEqual(y);
  });

  test('BipolarQuant has two values', () => {
    expect(ofVector(`${QONNX}:BipolarQuant`, [-2, 0, 3], { s: scalar(0.25) })).toEqual([-0.25, 0.25, 0.25]);
  });

  test('Trunc drops the lower bits', () => {
    const constants = { s: scalar(0.5), z: scalar(0), i: scalar(8), o: scalar(6) };
    // 13, 14.5 (to 14) and -13 quarters of the new step, without the fraction.
    expect(ofVector(`${QONNX}:Trunc`, [6.5, 7.25, -6.5], constants)).toEqual([1.5, 1.5, -2]);
  });

  test('MultiThreshold counts the thresholds of the channel', () => {
    const constants = { t: { dims: [2, 3], floats: [0, 1, 2, 10, 20, 30] } };
    const attributes = { out_scale: { float: 2 }, out_bias: { float: -1 } };
    expect(ofVector(`${QONNX}:MultiThreshold`, [1, 25], constants, attributes)).toEqual([3, 3]);
    expect(ofVector(`${QONNX}:MultiThreshold`, [-1, 30], constants, attributes)).toEqual([-1, 5]);
  });
});

describe('sums of integers are exact beyond what floats hold', () => {
  const rows = 600;
  const spec: ModelSpec = {
    inputs: { x: [1, 3, rows] },
    types: { x: UINT8 },
    initializers: {
      w: {
        dims: [rows, 2],
        type: INT8,
        ints: Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 127 : (i * 31) % 127)),
      },
    },
    nodes: [node('MatMulInteger', 'x w', 'y')],
    outputs: ['y'],
  };

  test('as ONNX Runtime has them', async () => {
    const next = random(1);
    const x = Array.from({ length: 3 * rows }, (_, i) =>
      i < rows ? (i === 0 ? 254 : 255 - (i % 2)) : Math.floor(256 * next()),
    );
    const session = await runner(model(spec));
    try {
      const feeds: Record<string, Feed> = { x: { dims: [1, 3, rows], type: UINT8, values: x } };
      const theirs = Array.from((await session.run(feeds)).get('y')!.values, Number);
      const ours = [...execute(model(spec), { x }).get('y')!];
      expect(Math.max(...theirs)).toBeGreaterThan(2 ** 24);
      expect(theirs.some((value) => Math.fround(value) !== value)).toBe(true);
      expect(ours).toEqual(theirs);
    } finally {
      await session.release();
    }
  });
});

describe('tensors in another layout', () => {
  const map = { x: [1, 4, 5, 6] };
  const image = { x: [1, 5, 6, 4] };
  const back = node('Transpose', 'x', 'f', { perm: [0, 3, 1, 2] });
  const front = node('Transpose', 'o', 'y', { perm: [0, 2, 3, 1] });

  test.each<[string, NodeSpec['attributes'], Readonly<Record<string, TensorSpec>>]>([
    ['Conv', { pads: [1, 0, 1, 1], strides: [2, 1] }, { w: weights(3, 4, 3, 2), b: weights(3) }],
    ['ConvTranspose', { strides: [2, 2] }, { w: weights(4, 3, 2, 2) }],
    ['MaxPool', { kernel_shape: [2, 3], strides: [2, 1] }, {}],
    ['AveragePool', { kernel_shape: [2, 2], pads: [1, 1, 0, 0] }, {}],
    ['GlobalAveragePool', {}, {}],
    ['GlobalMaxPool', {}, {}],
    ['BatchNormalization', {}, { s: weights(4), b: weights(4), m: weights(4), v: weights(4) }],
  ])('%s with its channels last is the same of transposed tensors', (op, attributes, given) => {
    const initializers = withValues(given);
    const names = Object.keys(initializers).join(' ');
    const nodes = [back, node(op, `f ${names}`, 'o', attributes), front];
    const expected = model({ inputs: image, initializers, nodes, outputs: ['y'] });
    const own = [node(`com.ms.internal.nhwc:${op}`, `x ${names}`, 'y', attributes)];
    const x = values(120);
    const ours = execute(model({ inputs: image, initializers, nodes: own, outputs: ['y'] }), { x });
    expect([...ours.get('y')!]).toEqual([...execute(expected, { x }).get('y')!]);
  });

  test('channels in blocks are filled up and left behind again', () => {
    const initializers = withValues({ w: weights(8, 4, 3, 3) });
    // The last four output channels and none of the input are only there to fill up.
    const nchwc = 'com.microsoft.nchwc';
    const nodes = [
      node(`${nchwc}:ReorderInput`, 'x', 'i'),
      node(`${nchwc}:Conv`, 'i w', 'c', { pads: [1, 1, 1, 1], activation: 'Relu' }),
      node(`${nchwc}:MaxPool`, 'c', 'p', { kernel_shape: [2, 2] }),
      node(`${nchwc}:ReorderOutput`, 'p', 'y', { channels: 4 }),
    ];
    const plain = [
      node('Conv', 'x w', 'c', { pads: [1, 1, 1, 1] }),
      node('Relu', 'c', 'r'),
      node('MaxPool', 'r', 'p', { kernel_shape: [2, 2] }),
      node('Slice', 'p', 'y', { starts: [0], ends: [4], axes: [1] }),
    ];
    const x = values(120);
    const [ours, theirs] = [nodes, plain].map(
      (list) =>
        execute(model({ inputs: map, initializers, nodes: list, outputs: ['y'], opset: 9 }), { x }).get('y')!,
    );
    expect([...ours!]).toEqual([...theirs!]);
  });
});

test('a clip without a greatest value keeps what is infinite within float32', () => {
  expect(ofVector('Clip', [Infinity, -Infinity, 1], { low: scalar(0) })).toEqual([
    3.4028234663852886e38, 0, 1,
  ]);
});

test('a dropout that drops nothing is executed, though it is in training mode', () => {
  const constants = { r: scalar(0), t: { dims: [], type: BOOL, ints: [1] } };
  expect(ofVector('Dropout', [1, 2], constants)).toEqual([1, 2]);
});

test('an embedding reads its rows, and nothing else of the table', () => {
  const bytes = model({
    inputs: { x: [1, 3] },
    types: { x: INT64 },
    initializers: { t: { dims: [1000, 4], floats: Array.from({ length: 4000 }, (_, i) => i) } },
    nodes: [node('Gather', 't x', 'y')],
    outputs: ['y'],
  });
  const read: number[] = [];
  const all = bytesInMemory(bytes);
  const counted = {
    size: all.size,
    read: (offset: number, length: number) => {
      read.push(length);
      return all.read(offset, length);
    },
  };
  const { program } = loadOnnxProgram(all, 'test.onnx');
  const plan = planProgram(program, { files: { model: counted, external: never }, seed: 1, isRandom: false });
  expect(read).toEqual([]);
  const { store } = plan.outputs[0]!.value;
  plan.inputs[0]!.value.store.slots = [slot(Int32Array.of(999, 0, -2))];
  store.slots = [slot(new Float32Array(12))];
  for (let cell = 0; cell < store.cells; cell++) store.producer!.compute(cell, 0);
  expect([...store.values(0)]).toEqual([3996, 3997, 3998, 3999, 0, 1, 2, 3, 3992, 3993, 3994, 3995]);
  expect(read.reduce((sum, length) => sum + length, 0)).toBe(3 * 4 * 4);
});

test.each([
  [
    node('DFT', 'x', 'y'),
    'DFT), node 1 of 1: this operator is not executed: it is of the processing of signals',
  ],
  [node('Conv', 'x x', 'y'), 'its kernel is computed, and only constant ones are executed'],
  [node('BatchNormalization', 'x s s s s', 'y _ _', { training_mode: 1 }), 'it is in training mode'],
  [node('Dropout', 'x r t', 'y'), 'it is in training mode, and drops other values in every run'],
])('what is not executed is named with the reason', (missing, message) => {
  const initializers = { s: weights(1), r: scalar(0.5), t: { dims: [], type: BOOL, ints: [1] } };
  const bytes = model({ inputs: { x: [1, 1, 3, 1] }, initializers, nodes: [missing], outputs: ['y'] });
  expect(() => planOf(bytes)).toThrow(message);
});

test.each<[string, ModelSpec]>([
  [
    'input "x\\u202e" of shape [1, 65536, 65536] has more than 1073741824 values',
    { inputs: { 'x\u202e': [1, 65536, 65536] }, nodes: [node('Relu', 'x\u202e', 'y')] },
  ],
  [
    'tensor "w" of shape [1048576, 1048576] has more than',
    {
      inputs: { x: [1, 3, 1048576] },
      initializers: { w: weights(1048576, 1048576) },
      nodes: [node('MatMul', 'x w', 'y')],
    },
  ],
  [
    'node e (Expand), node 1 of 1: its output 0 of shape [1, 65536, 65536] has more than',
    {
      inputs: { x: [1, 65536, 1] },
      initializers: { s: { dims: [3], ints: [1, 65536, 65536] } },
      nodes: [node('Expand', 'x s', 'y', {}, 'e')],
    },
  ],
])('what cannot be addressed is refused before anything is made: %s', (message, spec) => {
  expect(() => planOf(model({ ...spec, outputs: ['y'] }))).toThrow(message);
});

test('what all values of a network take is known before anything of their size is made, or read', () => {
  const names = Array.from({ length: 9 }, (_, i) => `v${i}`);
  const nodes = names.slice(1).map((name, i) => node('Sigmoid', names[i]!, name));
  const spec = (size: number) => ({ inputs: { v0: [1, size, 2 ** 14] }, nodes, outputs: ['v8'] });
  // Nine times 512 MiB.
  expect(() => planOf(model(spec(2 ** 13)))).toThrow(
    /^executing the network takes \d+ MiB or more, and there are 4095/,
  );
  const plan = planOf(model(spec(2 ** 6)));
  expect(plan.stores).toHaveLength(9);
  // Nine times 4 MiB for every inference in flight.
  expect(() => demandMemory(plan, 100)).not.toThrow();
  expect(() => demandMemory(plan, 120)).toThrow('executing the network takes 4321 MiB or more');
  const of = (columns: number) =>
    model({
      inputs: { x: [1, 3, 16] },
      initializers: { u: weights(16, 2 ** 16), w: weights(2 ** 16, columns) },
      nodes: [node('MatMul', 'x u', 'h'), node('MatMul', 'h w', 'y')],
      outputs: ['y'],
    });
  expect(() => planOf(of(2 ** 14 - 4))).toThrow(/executing the network takes 410\d MiB or more/);
  expect(planOf(of(2 ** 6)).bases.size).toBe(2);
});

test('what only a branch reads that is not taken is not wanted', () => {
  const branch = (name: string) => ({
    graph: { nodes: [node('MatMul', `x ${name}`, `of_${name}`)], outputs: [`of_${name}`] },
  });
  const { program } = loadOnnxProgram(
    bytesInMemory(
      model({
        inputs: { x: [1, 4] },
        initializers: { yes: { dims: [], ints: [1] }, u: weights(4, 4), w: weights(4, 4), v: weights(3) },
        nodes: [node('If', 'yes', 'y', { then_branch: branch('u'), else_branch: branch('w') }, 'if')],
        outputs: ['y'],
      }),
    ),
    'test.onnx',
  );
  expect(wantedConstants(program).map(({ name }) => name)).toEqual(['u']);
});

test('the greatest and the least of what is no number are those of ONNX Runtime', async () => {
  const rows = [
    [NaN, 1, 2],
    [1, NaN, 2],
    [3, 2, NaN],
    [NaN, NaN, NaN],
    [3, 1, 2],
  ];
  const bytes = model({
    opset: 13,
    inputs: { x: [1, 5, 3] },
    nodes: ['Max', 'Min'].map((op) => node(`Reduce${op}`, 'x', op, { axes: [2], keepdims: 0 })),
    outputs: ['Max', 'Min'],
  });
  const x = rows.flat();
  const session = await runner(bytes);
  const theirs = await session.run({ x: { dims: [1, 5, 3], type: FLOAT, values: x } });
  await session.release();
  const ours = execute(bytes, { x });
  for (const op of ['Max', 'Min'])
    expect([...ours.get(op)!]).toEqual(Array.from(theirs.get(op)!.values, Number));
  expect([...ours.get('Max')!]).toEqual([NaN, 2, 3, NaN, 3]);
});

function never(): never {
  throw new Error('there are no other files');
}

function slot(values: Float32Array | Int32Array) {
  return { values, epochs: new Int32Array(values.length), begun: new Int32Array(values.length) };
}

function values(count: number): number[] {
  const next = random(9);
  return Array.from({ length: count }, () => Math.fround(2 * next() - 1));
}
