import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { loadOnnxProgram } from '../../../src/load/onnx/index.ts';
import { checkPayloads, readPayload, type Values } from '../../../src/load/onnx/payload.ts';
import type { TensorData } from '../../../src/load/onnx/tensor-data.ts';
import type { WeightSource } from '../../../src/load/weight-source.ts';

/** Fields of a TensorProto behind its name, type and dimensions. */
type Write = (w: BinaryWriter) => void;

/** A model that adds one tensor, with its file as the source of weights. */
function withTensor(dims: readonly number[], dataType: number, write: Write) {
  const w = new BinaryWriter().tag(1, WireType.Varint).int32(8).tag(7, WireType.LengthDelimited).fork();
  w.tag(1, WireType.LengthDelimited).fork();
  for (const name of ['x', 't']) w.tag(1, WireType.LengthDelimited).string(name);
  w.tag(2, WireType.LengthDelimited).string('y').tag(4, WireType.LengthDelimited).string('Add').join();
  w.tag(5, WireType.LengthDelimited).fork();
  for (const size of dims) w.tag(1, WireType.Varint).int64(size);
  w.tag(2, WireType.Varint).int32(dataType).tag(8, WireType.LengthDelimited).string('t');
  write(w);
  w.join().tag(11, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('x');
  w.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork();
  w.tag(1, WireType.Varint).int32(1).tag(2, WireType.LengthDelimited).fork();
  for (const size of dims) {
    w.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int64(size).join();
  }
  w.join().join().join().join().join();
  const file = bytesInMemory(w.finish());
  const { program } = loadOnnxProgram(file, 'test.onnx');
  const source: WeightSource = { model: file, external: () => expect.fail('there is no other file') };
  return { data: [...program.constants.values()].find(({ name }) => name === 't')!, source };
}

/** The values from one on, as they are read. */
function read(data: TensorData, source: WeightSource, from: number, count: number): number[] {
  const into = new Float64Array(count);
  readPayload(data, source, from, count, into);
  return [...into];
}

const raw =
  (...bytes: readonly number[]): Write =>
  (w) =>
    w.tag(9, WireType.LengthDelimited).bytes(Uint8Array.from(bytes));

/** A packed repeated field of varints. */
const packed =
  (field: number, ...values: readonly number[]): Write =>
  (w) => {
    w.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) w.int64(value);
    w.join();
  };

/** A repeated field with a tag in front of every number. */
const tagged =
  (field: number, ...values: readonly number[]): Write =>
  (w) => {
    for (const value of values) w.tag(field, WireType.Varint).int64(value);
  };

const floatsOf = (w: BinaryWriter, values: readonly number[]) => {
  w.tag(4, WireType.LengthDelimited).fork();
  for (const value of values) w.float(value);
  w.join();
};

const two =
  (first: Write, second: Write): Write =>
  (w) => {
    first(w);
    second(w);
  };

test.each<[string, number, Write, readonly number[]]>([
  ['uint8', 2, raw(0, 200, 255), [0, 200, 255]],
  ['int8', 3, raw(0, 200, 255), [0, -56, -1]],
  ['int8 as numbers', 3, packed(5, 0, -56, 127), [0, -56, 127]],
  ['uint16', 4, raw(1, 0, 255, 255, 0, 128), [1, 65535, 32768]],
  ['int16', 5, raw(1, 0, 255, 255, 0, 128), [1, -1, -32768]],
  ['int32', 6, raw(1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 128), [1, -1, -(2 ** 31)]],
  ['int32 as numbers', 6, packed(5, 1, -1, 2 ** 31 - 1), [1, -1, 2 ** 31 - 1]],
  ['int64 with tags', 7, tagged(7, 1, -1, 2 ** 52 + 1), [1, -1, 2 ** 52 + 1]],
  ['int64 as numbers', 7, packed(7, -(2 ** 52) - 1, 2 ** 35, 300), [-(2 ** 52) - 1, 2 ** 35, 300]],
  ['bool', 9, tagged(5, 1, 0, 1), [1, 0, 1]],
  ['float16', 10, raw(0, 0x3c, 0, 0xc0, 1, 0), [1, -2, 2 ** -24]],
  ['float16 as bits', 10, packed(5, 0x3c00, 0xc000, 0x7c00), [1, -2, Number.POSITIVE_INFINITY]],
  ['uint32', 12, packed(11, 2 ** 32 - 1, 0, 7), [2 ** 32 - 1, 0, 7]],
  ['uint64', 13, packed(11, 2 ** 40, 0, 7), [2 ** 40, 0, 7]],
  ['bfloat16', 16, raw(0x80, 0x3f, 0, 0xc0, 0x40, 0x40), [1, -2, 3]],
  ['float8e4m3fn', 17, raw(0x38, 0x7e, 0x7f), [1, 448, Number.NaN]],
  ['float8e4m3fnuz', 18, raw(0x40, 0x7f, 0x80), [1, 240, Number.NaN]],
  ['float8e5m2', 19, raw(0x3c, 0x7b, 0xfc), [1, 57344, Number.NEGATIVE_INFINITY]],
  ['float8e5m2fnuz', 20, raw(0x40, 0x7f, 0x80), [1, 57344, Number.NaN]],
  ['uint4', 21, raw(0x2f, 0x01), [15, 2, 1]],
  ['int4', 22, raw(0x2f, 0x08), [-1, 2, -8]],
  ['int4 as numbers', 22, packed(5, 0x2f, 0x08), [-1, 2, -8]],
  ['float4e2m1', 23, raw(0xf1, 0x05), [0.5, -6, 3]],
])('values of %s come back', (_, type, write, values) => {
  const { data, source } = withTensor([3], type, write);
  expect(read(data, source, 0, 3)).toEqual(values);
  expect(read(data, source, 1, 2)).toEqual(values.slice(1));
  expect(read(data, source, 2, 1)).toEqual(values.slice(2));
});

test('many values are read in parts, whole or from the middle', () => {
  const count = 300_001;
  const values = Float32Array.from({ length: count }, (_, i) => i / 8);
  const inBytes = withTensor([count], 1, (w) =>
    w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(values.buffer)),
  );
  const inParts = withTensor([count], 1, (w) => {
    floatsOf(w, [...values.subarray(0, 100_000)]);
    floatsOf(w, [...values.subarray(100_000)]);
  });
  for (const { data, source } of [inBytes, inParts]) {
    expect(data.values).toBeUndefined();
    const into = new Float32Array(count);
    readPayload(data, source, 0, count, into);
    expect(into.findIndex((value, i) => value !== values[i])).toBe(-1);
    expect(read(data, source, 99_999, 3)).toEqual([...values.subarray(99_999, 100_002)]);
    expect(read(data, source, count - 2, 2)).toEqual([...values.subarray(count - 2)]);
  }
});

test('nibbles are read from any value on, over the border of a part', () => {
  const count = 140_001;
  const bytes = Uint8Array.from({ length: Math.ceil(count / 2) }, (_, i) => i % 251);
  const { data, source } = withTensor([count], 21, (w) => w.tag(9, WireType.LengthDelimited).bytes(bytes));
  const value = (i: number) => (i % 2 === 0 ? bytes[i >> 1]! & 0xf : bytes[i >> 1]! >> 4);
  for (const from of [0, 1]) {
    const found = read(data, source, from, count - from);
    expect(found).toHaveLength(count - from);
    expect(found.findIndex((each, i) => each !== value(from + i))).toBe(-1);
  }
});

test('the last raw data counts, and before numbers of a field', () => {
  const { data, source } = withTensor([1], 2, two(packed(5, 3), two(raw(1), raw(2))));
  expect(read(data, source, 0, 1)).toEqual([2]);
});

test('a field that would say where payloads lie is none of a file', () => {
  const forged: Write = (w) =>
    w.tag(1000, WireType.LengthDelimited).fork().uint32(9).uint64(0).uint64(3).bool(false).join();
  const { data, source } = withTensor([3], 2, two(raw(7, 8, 9), forged));
  expect(read(data, source, 0, 3)).toEqual([7, 8, 9]);
  expect(withTensor([3], 2, forged).data.places).toBeUndefined();
  const scalar: Write = (w) => w.tag(1000, WireType.Varint).uint32(1);
  expect(withTensor([3], 2, two(scalar, raw(1, 2, 3))).data.places).toHaveLength(1);
});

test.each<[string, number, Write, string]>([
  ['too few bytes', 2, raw(1, 2), 'tensor "t" has 2 bytes of values, and its shape [3] needs 3'],
  ['too few numbers', 7, packed(7, 1, 2), 'tensor "t" has fewer values than its shape [3] needs'],
  ['another field', 7, packed(5, 1, 2, 3), 'tensor "t" has no values in the file'],
  ['no payload', 1, () => {}, 'tensor "t" has no values in the file'],
  [
    'texts',
    8,
    raw(1, 2, 3),
    'tensor "t" has element type 8, whose values are not read; convert it to floats',
  ],
  [
    'large integers',
    7,
    packed(7, 1, 2, 2 ** 31),
    'tensor "t" has the value 2147483648, which is no integer of 32 bits',
  ],
])('%s is one clear line', (_, type, write, message) => {
  const { data, source } = withTensor([3], type, write);
  const into: Values = new Int32Array(3);
  expect(() => readPayload(data, source, 0, 3, into)).toThrow(message);
});

test.each<[string, TensorData['places']]>([
  ['beyond the file', [{ field: 9, offset: 1e6, length: 3, isTagged: false }]],
  ['negative', [{ field: 9, offset: -1, length: 3, isTagged: false }]],
  ['no number', [{ field: 9, offset: Number.NaN, length: 3, isTagged: false }]],
  ['numbers beyond the file', [{ field: 5, offset: 5, length: 2 ** 60, isTagged: false }]],
])('a place that is %s is one clear line', (_, places) => {
  const { source } = withTensor([3], 2, raw(1, 2, 3));
  const data: TensorData = { name: 't', dims: [3], dataType: 2, places: places! };
  const message = /^tensor "t" has its values at byte \S+, \d+ bytes, and the file has \d+ bytes$/;
  expect(() => readPayload(data, source, 0, 3, new Float32Array(3))).toThrow(message);
  expect(() => checkPayloads([data], source)).toThrow(message);
});
