import { expect, test } from 'vitest';
import { hasCode } from '../../src/errors.ts';
import { elements } from '../../src/network/tensor.ts';
import {
  FLOAT,
  INT32,
  INT64,
  ints,
  type ModelSpec,
  model,
  type NodeSpec,
  node,
  type TensorSpec,
  weights,
} from '../load/onnx/onnx-writer.ts';
import { type Feed, runner } from '../load/onnx/runtime/runtime.ts';
import { execute } from './run-model.ts';
import { withValues } from './with-values.ts';

/** Values for the inputs of a model; those of integers are 0 and 1 in turn. */
function feedsOf({ inputs = {}, types = {} }: ModelSpec): Record<string, Feed> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => {
      const [dims, type] = [given.map(Number), types[name] ?? FLOAT];
      const values = Array.from({ length: elements(dims) }, (_, i) => (type === FLOAT ? Math.sin(i) : i % 2));
      return [name, { dims, type, values }];
    }),
  );
}

async function inRuntime(spec: ModelSpec): Promise<readonly number[]> {
  const session = await runner(model(spec));
  try {
    const results = await session.run(feedsOf(spec));
    return Array.from(results.get('y')!.values, Number);
  } finally {
    await session.release();
  }
}

function executed(spec: ModelSpec): readonly number[] {
  const feeds = Object.entries(feedsOf(spec)).map(([name, { values }]) => [name, values] as const);
  return [...execute(model(spec), Object.fromEntries(feeds)).get('y')!];
}

async function expectSame(spec: ModelSpec): Promise<void> {
  const [ours, theirs] = [executed(spec), await inRuntime(spec)];
  expect(ours).toHaveLength(theirs.length);
  for (const [i, value] of theirs.entries()) expect(ours[i]).toBeCloseTo(value, 4);
}

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A node that reads inputs, and constants behind them. */
function one(
  op: string,
  inputs: Shapes,
  o: Partial<ModelSpec> & Pick<NodeSpec, 'attributes'> = {},
): ModelSpec {
  const read = [...Object.keys(inputs), ...Object.keys(o.initializers ?? {})].join(' ');
  return {
    ...o,
    inputs,
    nodes: [node(op, read, 'y', o.attributes)],
    outputs: ['y'],
  };
}

const parameters = (shapes: Shapes): Record<string, TensorSpec> =>
  withValues(Object.fromEntries(Object.entries(shapes).map(([name, dims]) => [name, weights(...dims)])));

const attention = (inputs: Shapes, past = false): ModelSpec => ({
  opset: 23,
  inputs,
  nodes: [
    // With a past it has to have the outputs for the keys and values of the next call.
    node('Attention', past ? 'q k v _ pk pv' : 'q k v', past ? 'y keys values' : 'y', {
      q_num_heads: 4,
      kv_num_heads: 2,
    }),
  ],
  outputs: ['y'],
});

const groups = (inputs: Shapes, keyHeads: number): ModelSpec => ({
  inputs,
  initializers: { lengths: { ...ints(4), type: INT32 }, total: { dims: [], ints: [5], type: INT32 } },
  nodes: [
    node('com.microsoft:GroupQueryAttention', 'q k v _ _ lengths total', 'y', {
      num_heads: 4,
      kv_num_heads: keyHeads,
    }),
  ],
  outputs: ['y'],
});

const scatter = (updates: readonly number[]): ModelSpec => ({
  inputs: { x: [1, 4, 3], u: updates },
  initializers: { i: { dims: [1, 2, 2], ints: [0, 1, 0, 2] } },
  nodes: [node('ScatterND', 'x i u', 'y')],
  outputs: ['y'],
});

/** A model by the dimensions, or the values, that decide whether it fits; some that do, some that do not, and what is said then. */
interface Pair {
  readonly name: string;
  readonly make: (sizes: readonly number[]) => ModelSpec;
  readonly right: readonly number[];
  readonly wrong: readonly number[];
  readonly message?: string;
}

const pairs: readonly Pair[] = [
  {
    name: 'a C that is larger than the product',
    make: (z) => ({
      inputs: { x: [1, 4], z },
      initializers: parameters({ w: [4, 3] }),
      nodes: [node('Sin', 'z', 'c'), node('Gemm', 'x w c', 'y')],
      outputs: ['y'],
    }),
    right: [1, 3],
    wrong: [5, 3],
    message: 'cannot be added to a product',
  },
  {
    name: 'values of more axes than the queries have',
    make: (v) => attention({ q: [1, 5, 16], k: [1, 6, 8], v }),
    right: [1, 6, 8],
    wrong: [1, 1, 6, 8],
  },
  {
    name: 'fewer values than keys',
    make: (v) => attention({ q: [1, 5, 16], k: [1, 6, 8], v }),
    right: [1, 6, 8],
    wrong: [1, 5, 8],
  },
  {
    name: 'a past of other heads',
    make: (pv) => attention({ q: [1, 5, 16], k: [1, 6, 8], v: [1, 6, 8], pk: [1, 2, 3, 4], pv }, true),
    right: [1, 2, 3, 4],
    wrong: [1, 1, 3, 4],
  },
  {
    name: 'fewer values than keys in groups',
    make: (v) => groups({ q: [1, 5, 32], k: [1, 5, 16], v }, 2),
    right: [1, 5, 16],
    wrong: [1, 4, 16],
  },
  {
    name: 'heads of which no number shares one',
    make: ([heads]) => groups({ q: [1, 5, 32], k: [1, 5, 8 * heads!], v: [1, 5, 8 * heads!] }, heads!),
    right: [2],
    wrong: [3],
  },
  {
    name: 'a scale of a group norm that is no vector',
    make: (s) =>
      one(
        'GroupNormalization',
        { x: [1, 4, 5, 6] },
        { opset: 21, initializers: parameters({ s, b: [4] }), attributes: { num_groups: 2 } },
      ),
    right: [4],
    wrong: [2, 4],
  },
  {
    name: 'a scale of a layer norm with more axes than the input',
    make: (s) => one('LayerNormalization', { x: [1, 5, 4] }, { initializers: parameters({ s }) }),
    right: [4],
    wrong: [3, 1, 5, 4],
  },
  {
    name: 'a scale of a batch norm for other channels',
    make: (s) =>
      one(
        'BatchNormalization',
        { x: [1, 4, 5, 5] },
        { initializers: parameters({ s, b: [4], m: [4], v: [4] }) },
      ),
    right: [4],
    wrong: [3],
  },
  {
    name: 'a bias for other channels',
    make: (b) => one('Conv', { x: [1, 4, 5, 5] }, { initializers: parameters({ w: [6, 4, 1, 1], b }) }),
    right: [6],
    wrong: [5],
  },
  {
    name: 'a sum behind a convolution with more axes than it has',
    make: (z) => ({
      inputs: { x: [1, 4, 5, 5], z },
      initializers: parameters({ w: [6, 4, 1, 1], b: [6] }),
      nodes: [node('com.microsoft:FusedConv', 'x w b z', 'y', { activation: 'Relu' })],
      outputs: ['y'],
    }),
    right: [1, 6, 5, 5],
    wrong: [1, 1, 6, 5, 5],
  },
  {
    name: 'indices at more positions than the data has',
    make: (i) => one('GatherElements', { x: [1, 3, 4], i }, { types: { i: INT64 }, attributes: { axis: 2 } }),
    right: [1, 2, 4],
    wrong: [1, 4, 4],
  },
  { name: 'fewer updates than indices', make: scatter, right: [1, 2, 3], wrong: [1, 1, 3] },
  {
    name: 'a constant index behind the data',
    make: (i) => one('GatherND', { x: [1, 3, 4] }, { initializers: { i: { dims: [1, 2], ints: i } } }),
    right: [0, 2],
    wrong: [0, 3],
    message: 'index 3 is out of range for 3 positions',
  },
  {
    name: 'a computed index behind the data',
    make: (x) => one('Gather', { x, i: [1, 2] }, { types: { i: INT64 }, attributes: { axis: 1 } }),
    right: [1, 2, 4],
    wrong: [1, 1, 4],
    message: 'index 1 is out of range for 1 positions',
  },
  {
    name: 'a time axis that is not there',
    make: ([axis]) =>
      one(
        'ReverseSequence',
        { x: [1, 3, 4] },
        { initializers: { l: ints(2) }, attributes: { time_axis: axis!, batch_axis: 0 } },
      ),
    right: [1],
    wrong: [5],
    message: 'axis 5 is out of range for a tensor of 3 dimensions',
  },
  {
    name: 'angles of three axes',
    make: (c) => ({
      opset: 23,
      inputs: { x: [1, 2, 5, 4], p: [1, 5] },
      types: { p: INT64 },
      initializers: parameters({ c, s: c }),
      nodes: [node('RotaryEmbedding', 'x c s p', 'y')],
      outputs: ['y'],
    }),
    right: [5, 2],
    wrong: [1, 5, 2],
  },
];

test.each(pairs)('$name: ONNX Runtime refuses it, and it is not executed', async (pair) => {
  const { make, right, wrong, message = 'the sizes of its inputs do not fit together' } = pair;
  await expectSame(make(right));
  await expect(inRuntime(make(wrong))).rejects.toThrow();
  const error = thrown(() => executed(make(wrong)));
  expect(hasCode(error, 'NOT_EXECUTABLE') || hasCode(error, 'INVALID_INPUT')).toBe(true);
  expect(String(error)).toContain(message);
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a constant that is scaled by what is computed', () =>
  expectSame({
    inputs: { x: [1, 4] },
    initializers: parameters({ c: [3, 4] }),
    nodes: [node('Relu', 'x', 's'), node('LayerNormalization', 'c s', 'y')],
    outputs: ['y'],
  }));
