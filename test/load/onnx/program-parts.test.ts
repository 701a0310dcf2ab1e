import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import { checkPayloads } from '../../../src/load/onnx/payload.ts';
import { load } from './helpers.ts';
import { loadProgram, stepOf } from './load-program.ts';
import { floats, int, ints, type ModelSpec, node, weights } from './onnx-writer.ts';

test('functions are written out, with the tensors and attributes of their callers', () => {
  const { program } = loadProgram({
    inputs: { x: [1, 4, 6, 6] },
    initializers: { w: weights(4, 4, 3, 3) },
    nodes: [node('own:Block', 'x w', 'y', { strides: [2, 2] }, 'first'), node('Relu', 'y', 'z', {}, 'last')],
    outputs: ['z'],
    functions: [
      {
        name: 'Block',
        domain: 'own',
        inputs: ['a', 'k'],
        outputs: ['b'],
        nodes: [
          node('Conv', 'a k', 'c', { strides: { reference: 'strides' } }, 'conv'),
          node('Relu', 'c', 'b', {}, 'act'),
        ],
      },
    ],
  });
  expect(program.steps.map(({ name }) => name)).toEqual(['first/conv', 'first/act', 'last']);
  const [conv, act, last] = program.steps;
  expect(conv!.attributes.get('strides')?.ints).toEqual([2, 2]);
  expect(program.constants.get(conv!.inputs[1]!)?.name).toBe('w');
  expect(last!.inputs).toEqual([act!.outputs[0]!.id]);
  expect(program.outputs).toEqual([{ name: 'z', id: last!.outputs[0]!.id }]);
});

test('of an If there are the steps of the branch that is taken', () => {
  const branch = (op: string) => ({ graph: { nodes: [node(op, 'x', 'inner', {}, op)], outputs: ['inner'] } });
  const { program } = loadProgram({
    inputs: { x: [1, 4, 6, 6] },
    initializers: { yes: int(1) },
    nodes: [node('If', 'yes', 'y', { then_branch: branch('Relu'), else_branch: branch('Abs') }, 'if')],
    outputs: ['y'],
  });
  expect(program.steps.map(({ key }) => key)).toEqual(['Relu']);
  expect(program.outputs).toEqual([{ name: 'y', id: program.steps[0]!.outputs[0]!.id }]);
});

test('what depends on the data is left out, and said to be', () => {
  const { program } = loadProgram({
    inputs: { x: [1, 4] },
    nodes: [
      node('Relu', 'x', 'r', {}, 'relu'),
      node('NonZero', 'r', 'n', {}, 'find'),
      node('Cast', 'n', 'c', { to: 1 }, 'cast'),
    ],
    outputs: ['r', 'c'],
  });
  expect(program.steps.map(({ name }) => name)).toEqual(['relu']);
  expect(program.outputs.map(({ name }) => name)).toEqual(['r']);
  expect(program.leftOut).toEqual([
    expect.stringMatching(/^node find \(NonZero\), node 2 of 3: its size depends on the data/),
    'node cast (Cast), node 3 of 3: it needs the output of node find (NonZero)',
  ]);
});

test('constants of nodes have their type and all of their values', () => {
  const many = Array.from({ length: 100 }, (_, i) => i / 2);
  const constants: readonly [Parameters<typeof node>[3], object][] = [
    [{ value_int: 3 }, { dims: [], dataType: 7, values: [3] }],
    [{ value_ints: [3, 4] }, { dims: [2], dataType: 7, values: [3, 4] }],
    [{ value_float: { float: 0.5 } }, { dims: [], dataType: 1, values: [0.5] }],
    [{ value_floats: { floats: many } }, { dims: [100], dataType: 1, values: many }],
    [{ value: { tensor: floats(1, 2) } }, { dims: [2], dataType: 1, values: [1, 2] }],
  ];
  for (const [attributes, expected] of constants) {
    const { program } = loadProgram({
      inputs: { x: [1, 1] },
      nodes: [node('Constant', '', 'c', attributes, 'c'), node('Add', 'x c', 'y', {}, 'add')],
      outputs: ['y'],
    });
    const [, id] = stepOf(program, 'add').inputs;
    expect(program.constants.get(id!)).toMatchObject(expected);
    expect(program.steps.map(({ name }) => name)).toEqual(['add']);
  }
});

test('a fill of any size is one value', () => {
  const { program } = loadProgram({
    inputs: { x: [1, 2 ** 20] },
    initializers: { shape: ints(2 ** 20, 2 ** 20) },
    nodes: [
      node('ConstantOfShape', 'shape', 'w', { value: { tensor: floats(0.5) } }, 'fill'),
      node('MatMul', 'x w', 'y', {}, 'y'),
    ],
    outputs: ['y'],
  });
  const [, id] = stepOf(program, 'y').inputs;
  expect(program.constants.get(id!)).toMatchObject({ dims: [2 ** 20, 2 ** 20], dataType: 1, fill: 0.5 });
});

test('steps that only rename or rearrange have values of their own, and no layers', () => {
  const { program } = loadProgram({
    inputs: { x: [1, 4, 6, 6] },
    nodes: [node('Identity', 'x', 'i', {}, 'i'), node('Cast', 'i', 'y', { to: 10 }, 'cast')],
    outputs: ['y'],
  });
  const ids = [program.inputs[0]!.id, ...program.steps.map(({ outputs }) => outputs[0]!.id)];
  expect(new Set(ids).size).toBe(3);
  expect(program.steps.map(({ layers }) => layers)).toEqual([[], []]);
  expect(program.steps.map(({ inputs }) => inputs)).toEqual([[ids[0]], [ids[1]]]);
});

test('a batch of the file is 1, and said', () => {
  const { program } = loadProgram({
    inputs: { x: [8, 4, 6, 6] },
    nodes: [node('Relu', 'x', 'y', {}, 'y')],
    outputs: ['y'],
  });
  expect(program.fileBatch).toBe(8);
  expect(program.inputs[0]!.dims).toEqual([1, 4, 6, 6]);
});

test('a network whose inputs lie otherwise than supposed has one program, of how they lie', () => {
  const spec: ModelSpec = {
    inputs: { x: [1, 6, 5, 4] },
    initializers: { w: weights(3, 4, 1, 1) },
    nodes: [node('Transpose', 'x', 't', { perm: [0, 3, 1, 2] }, 't'), node('Conv', 't w', 'y', {}, 'conv')],
    outputs: ['y'],
  };
  const { network, program } = loadProgram(spec);
  expect(network).toEqual(load(spec));
  expect(program.inputs).toMatchObject([{ name: 'x', layer: 'x', h: 1, w: 2 }]);
  expect(program.steps.map(({ name }) => name)).toEqual(['t', 'conv']);
  expect(program.otherLayers.map(({ name }) => name)).toEqual(['x']);
});

/** A model of one convolution whose weights lie in another file. */
function withExternalWeights(entries: Readonly<Record<string, string>>): Uint8Array {
  const w = new BinaryWriter().tag(1, WireType.Varint).int32(8).tag(7, WireType.LengthDelimited).fork();
  w.tag(1, WireType.LengthDelimited).fork();
  for (const name of ['x', 'w']) w.tag(1, WireType.LengthDelimited).string(name);
  w.tag(2, WireType.LengthDelimited).string('y').tag(4, WireType.LengthDelimited).string('Conv').join();
  w.tag(5, WireType.LengthDelimited).fork();
  for (const size of [2, 3, 1, 1]) w.tag(1, WireType.Varint).int64(size);
  w.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('w');
  for (const [key, value] of Object.entries(entries)) {
    w.tag(13, WireType.LengthDelimited).fork();
    w.tag(1, WireType.LengthDelimited).string(key).tag(2, WireType.LengthDelimited).string(value).join();
  }
  w.tag(14, WireType.Varint).int32(1).join();
  w.tag(11, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('x');
  w.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
  w.tag(1, WireType.Varint).int32(1).tag(2, WireType.LengthDelimited).fork();
  for (const size of [1, 3, 4, 4]) {
    w.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int64(size).join();
  }
  return w.join().join().join().join().join().finish();
}

test('of a tensor in another file is kept what the model says, word for word', () => {
  const entries = { location: 'w\u0007.bin', offset: '4096', length: '24', checksum: 'abc' };
  const { program } = loadOnnxProgram(bytesInMemory(withExternalWeights(entries)), 'm.onnx');
  const data = program.constants.get(program.steps[0]!.inputs[1]!)!;
  expect(data.external).toEqual({ location: 'w\u0007.bin', offset: '4096', length: '24' });
  expect(data.values).toBeUndefined();
  const asked: string[] = [];
  const other = bytesInMemory(new Uint8Array(4096));
  const source = {
    model: other,
    external: (location: string) => {
      asked.push(location);
      return other;
    },
  };
  expect(() => checkPayloads(program.constants.values(), source)).toThrow(
    'tensor "w" has its values at byte 4096, 24 bytes, and "w\\u0007.bin" has 4096 bytes',
  );
  expect(asked).toEqual(['w\u0007.bin']);
});
