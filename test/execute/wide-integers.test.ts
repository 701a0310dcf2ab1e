import { expect, test } from 'vitest';
import { FLOAT, INT8, INT32, INT64, type ModelSpec, model, node, UINT8 } from '../load/onnx/onnx-writer.ts';
import { runner } from '../load/onnx/runtime/runtime.ts';
import { execute, planOf } from './run-model.ts';

const UINT32 = 12;
const x = [-3, -1, 0, 1, 2, 7];

/** A model of integers behind a cast of the input. */
function ofIntegers(spec: Omit<ModelSpec, 'inputs'>, type = INT64): Uint8Array {
  return model({
    ...spec,
    inputs: { x: [1, x.length] },
    opset: 18,
    nodes: [node('Cast', 'x', 'i', { to: type }), ...spec.nodes],
  });
}

async function expectAsRuntime(bytes: Uint8Array): Promise<void> {
  const ours = execute(bytes, { x });
  const session = await runner(bytes);
  try {
    const theirs = await session.run({ x: { dims: [1, x.length], type: FLOAT, values: x } });
    for (const [name, { values }] of theirs)
      expect([...ours.get(name)!], name).toEqual(Array.from(values, Number));
  } finally {
    await session.release();
  }
}

test('integers of 64 bits are exact', async () => {
  const bytes = ofIntegers({
    initializers: {
      large: { dims: [], ints: [3_000_000_019] },
      offset: { dims: [1], ints: [2 ** 45 + 1] },
      limits: { dims: [2], ints: [-(2 ** 40), 2 ** 52] },
      seven: { dims: [], ints: [7] },
      table: { dims: [2, 2], ints: [2 ** 33, 5, 6, -(2 ** 34)] },
      zero: { dims: [1], ints: [1] },
    },
    nodes: [
      ...[node('Mul', 'i large', 'm'), node('Add', 'm offset', 'a'), node('Sub', 'm a', 's')],
      ...[node('Div', 'a seven', 'd'), node('Mod', 'a seven', 'r'), node('Neg', 'a', 'n')],
      ...[node('ReduceMax', 'a', 'x1', {}), node('ReduceSum', 'a', 'x2')],
      ...[
        node('Less', 'm offset', 'l'),
        node('Where', 'l m a', 'w'),
        node('Concat', 'a m', 'c', { axis: 1 }),
      ],
      node('Gather', 'table zero', 'g', { axis: 1 }),
      ...[node('Add', 'g offset', 'ga'), node('Cast', 'a', 'f', { to: FLOAT })],
      node('Cast', 'm', 'cut', { to: INT32 }),
    ],
    outputs: ['m', 'a', 's', 'd', 'r', 'n', 'x1', 'x2', 'w', 'c', 'ga', 'f', 'cut'],
  });
  await expectAsRuntime(bytes);
});

test('integers of 32 bits lose their upper bits', async () => {
  const initializers = { large: { dims: [], type: INT32, ints: [2_000_000_011] } };
  const nodes = [node('Mul', 'i large', 'm'), node('Add', 'm large', 'a'), node('Sub', 'm large', 's')];
  await expectAsRuntime(ofIntegers({ initializers, nodes, outputs: ['m', 'a', 's'] }, INT32));
});

test('integers without a sign have 32 bits', async () => {
  const nodes = [
    ...[node('BitwiseNot', 'i', 'n'), node('BitwiseAnd', 'n i', 'a'), node('BitwiseXor', 'n i', 'o')],
    node('BitShift', 'n i', 's', { direction: 'RIGHT' }),
  ];
  const bytes = ofIntegers({ nodes, outputs: ['n', 'a', 'o', 's'] }, UINT32);
  const few = { x: [0, 1, 2, 3, 4, 5] };
  const ours = execute(bytes, few);
  expect([...ours.get('n')!]).toEqual(few.x.map((value) => 2 ** 32 - 1 - value));
  expect([...ours.get('a')!]).toEqual(few.x.map(() => 0));
  expect([...ours.get('o')!]).toEqual(few.x.map(() => 2 ** 32 - 1));
  expect([...ours.get('s')!]).toEqual(few.x.map((value) => Math.floor((2 ** 32 - 1 - value) / 2 ** value)));
});

test('constants beyond what doubles hold are refused before anything runs', () => {
  const large = (value: number) =>
    ofIntegers({
      initializers: { 'la\u202erge': { dims: [1], ints: [value] } },
      nodes: [node('Add', 'i la\u202erge', 'm')],
      outputs: ['m'],
    });
  expect(() => planOf(large(2 ** 53))).toThrow(
    'the model cannot be executed: tensor "la\\u202erge" has the value 9007199254740992, and integers beyond 2^53 are not executed',
  );
  expect(() => planOf(large(2 ** 53 - 1))).not.toThrow();
});

test('what grows beyond that is refused, and named', () => {
  const bytes = ofIntegers({
    initializers: { large: { dims: [1], ints: [2 ** 52] } },
    nodes: [node('Mul', 'i large', 'm', {}, 'product')],
    outputs: ['m'],
  });
  expect(() => execute(bytes, { x })).toThrow(
    /node product .*computes the integer -?\d+, and those beyond 2\^53/,
  );
});

test('sums of products of bytes are exact, by matrices and channel by channel', async () => {
  const [rows, channels] = [2048, 5];
  const bytes = (count: number, least: number) =>
    Array.from({ length: count }, (_, i) => least + ((i * 37) % 127));
  const spec = model({
    inputs: { x: [1, rows], z: [1, channels, 40, 40] },
    types: { x: UINT8, z: UINT8 },
    initializers: {
      w: { dims: [rows, 7], type: INT8, ints: bytes(rows * 7, 0) },
      v: { dims: [channels, 1, 33, 33], type: INT8, ints: bytes(channels * 33 * 33, -20) },
    },
    nodes: [node('MatMulInteger', 'x w', 'y'), node('ConvInteger', 'z v', 'd', { group: channels })],
    outputs: ['y', 'd'],
  });
  const feeds = { x: bytes(rows, 128), z: bytes(channels * 1600, 120) };
  const ours = execute(spec, feeds);
  const session = await runner(spec);
  const theirs = await session.run({
    x: { dims: [1, rows], type: UINT8, values: feeds.x },
    z: { dims: [1, channels, 40, 40], type: UINT8, values: feeds.z },
  });
  await session.release();
  for (const [name, { values }] of theirs)
    expect([...ours.get(name)!], name).toEqual(Array.from(values, Number));
  // More than floats hold exactly.
  expect(Math.max(...ours.get('y')!)).toBeGreaterThan(2 ** 24);
  expect(Math.max(...ours.get('d')!)).toBeGreaterThan(2 ** 22);
});
