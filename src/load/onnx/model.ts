import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { DamagedError } from './skeleton.ts';
import { type Payload, payloadValues, type TensorData } from './tensor-data.ts';

/** As much of a ModelProto as a schedule needs. */
export interface Model {
  readonly graph?: Graph;
  readonly functions: readonly FunctionBody[];
  /** Version of the operators, by domain. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** GraphProto: a network, or a branch of an `If`. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
}

/** FunctionProto: an operator that the file defines itself. */
export interface FunctionBody {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly Node[];
  /** Attributes with a default. */
  readonly defaults: ReadonlyMap<string, Attribute>;
  readonly opsets: ReadonlyMap<string, number>;
}

/** NodeProto. */
export interface Node {
  readonly name: string;
  readonly op: string;
  /** Empty for the operators of ONNX itself. */
  readonly domain: string;
  readonly overload: string;
  /** Names of tensors; empty for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** AttributeProto. */
export interface Attribute {
  readonly name: string;
  /** In a function: the attribute of the calling node that takes this one's place. */
  readonly reference?: string;
  readonly float?: number;
  readonly int?: number;
  readonly text?: string;
  readonly tensor?: TensorData;
  readonly graph?: Graph;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

/** ValueInfoProto of an input. `dims` is absent where the file gives no shape. */
export interface GraphInput {
  readonly name: string;
  /** TensorProto.DataType, or 0 for what is no tensor. */
  readonly dataType: number;
  readonly dims?: readonly Dimension[];
}

/** A dimension as the file gives it: a size, a name for one that is open, or neither. */
export interface Dimension {
  readonly size?: number;
  readonly name?: string;
}

/** Reads one field; knows its wire type. */
type FieldReader = (reader: BinaryReader, wire: WireType) => void;

/** Reads the rest of `reader` (or `length` bytes of it) field by field; fields not in the table are skipped. */
function readFields(
  reader: BinaryReader,
  length: number,
  fields: Readonly<Record<number, FieldReader>>,
): void {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wire, field);
    else read(reader, wire);
  }
}

function expectWire(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw new DamagedError('a field is not of the kind that ONNX gives it');
}

const text =
  (take: (value: string) => void): FieldReader =>
  (reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    // Control characters have no business in a name, and would break the lines of error messages.
    take(reader.string().replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\ufffd'));
  };

const bytes =
  (take: (value: Uint8Array) => void): FieldReader =>
  (reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(reader.bytes());
  };

const message =
  <T>(decode: (reader: BinaryReader, length: number) => T, take: (value: T) => void): FieldReader =>
  (reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(decode(reader, reader.uint32()));
  };

/** A number, or a repeated field of numbers, packed or not. */
const numbers =
  (scalar: WireType, next: (reader: BinaryReader) => number, take: (value: number) => void): FieldReader =>
  (reader, wire) => {
    if (wire !== WireType.LengthDelimited) {
      expectWire(wire, scalar);
      take(next(reader));
      return;
    }
    const end = reader.uint32() + reader.pos;
    if (end > reader.len) throw new DamagedError('it is cut short');
    while (reader.pos < end) take(next(reader));
  };

const ints = (take: (value: number) => void) =>
  numbers(WireType.Varint, (reader) => Number(reader.int64()), take);
const floats = (take: (value: number) => void) => numbers(WireType.Bit32, (reader) => reader.float(), take);
const doubles = (take: (value: number) => void) => numbers(WireType.Bit64, (reader) => reader.double(), take);

/** Writable while it is read, so that each field can be taken in turn. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** `ai.onnx` is the long name of the domain that has none. */
function shortDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/**
 * Decodes a ModelProto.
 *
 * @throws where the bytes are no ModelProto; what is thrown is not meant for users.
 */
export function decodeModel(data: Uint8Array): Model {
  const functions: FunctionBody[] = [];
  const opsets = new Map<string, number>();
  const model: Draft<Model> = { functions, opsets };
  const reader = new BinaryReader(data);
  readFields(reader, reader.len, {
    7: message(decodeGraph, (value) => {
      model.graph = value;
    }),
    8: message(decodeOpset, ([domain, version]) => opsets.set(domain, version)),
    25: message(decodeFunction, (value) => functions.push(value)),
  });
  return model;
}

function decodeOpset(reader: BinaryReader, length: number): [string, number] {
  const opset: [string, number] = ['', 1];
  readFields(reader, length, {
    1: text((value) => {
      opset[0] = shortDomain(value);
    }),
    2: ints((value) => {
      opset[1] = value;
    }),
  });
  return opset;
}

function decodeGraph(reader: BinaryReader, length: number): Graph {
  const nodes: Node[] = [];
  const initializers: TensorData[] = [];
  const inputs: GraphInput[] = [];
  const outputs: string[] = [];
  const graph: Draft<Graph> = { name: '', nodes, initializers, inputs, outputs };
  readFields(reader, length, {
    1: message(decodeNode, (value) => nodes.push(value)),
    2: text((value) => {
      graph.name = value;
    }),
    5: message(decodeTensor, (value) => initializers.push(value)),
    11: message(decodeInput, (value) => inputs.push(value)),
    12: message(decodeInput, (value) => outputs.push(value.name)),
    15: message(decodeSparseTensor, (value) => initializers.push(value)),
  });
  return graph;
}

function decodeFunction(reader: BinaryReader, length: number): FunctionBody {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: Node[] = [];
  const defaults = new Map<string, Attribute>();
  const opsets = new Map<string, number>();
  const names = { name: '', domain: '', overload: '' };
  readFields(reader, length, {
    1: text((value) => {
      names.name = value;
    }),
    4: text((value) => inputs.push(value)),
    5: text((value) => outputs.push(value)),
    7: message(decodeNode, (value) => nodes.push(value)),
    9: message(decodeOpset, ([domain, version]) => opsets.set(domain, version)),
    10: text((value) => {
      names.domain = shortDomain(value);
    }),
    11: message(decodeAttribute, (value) => defaults.set(value.name, value)),
    13: text((value) => {
      names.overload = value;
    }),
  });
  return { ...names, inputs, outputs, nodes, defaults, opsets };
}

function decodeNode(reader: BinaryReader, length: number): Node {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  const names = { name: '', op: '', domain: '', overload: '' };
  readFields(reader, length, {
    1: text((value) => inputs.push(value)),
    2: text((value) => outputs.push(value)),
    3: text((value) => {
      names.name = value;
    }),
    4: text((value) => {
      names.op = value;
    }),
    5: message(decodeAttribute, (value) => attributes.set(value.name, value)),
    7: text((value) => {
      names.domain = shortDomain(value);
    }),
    8: text((value) => {
      names.overload = value;
    }),
  });
  return { ...names, inputs, outputs, attributes };
}

function decodeAttribute(reader: BinaryReader, length: number): Attribute {
  const floatList: number[] = [];
  const intList: number[] = [];
  const attribute: Draft<Attribute> = { name: '', floats: floatList, ints: intList };
  readFields(reader, length, {
    1: text((value) => {
      attribute.name = value;
    }),
    2: floats((value) => {
      attribute.float = value;
    }),
    3: ints((value) => {
      attribute.int = value;
    }),
    4: text((value) => {
      attribute.text = value;
    }),
    5: message(decodeTensor, (value) => {
      attribute.tensor = value;
    }),
    6: message(decodeGraph, (value) => {
      attribute.graph = value;
    }),
    7: floats((value) => floatList.push(value)),
    8: ints((value) => intList.push(value)),
    21: text((value) => {
      attribute.reference = value;
    }),
    22: message(decodeSparseTensor, (value) => {
      attribute.tensor = value;
    }),
  });
  return attribute;
}

function decodeTensor(reader: BinaryReader, length: number): TensorData {
  const dims: number[] = [];
  const list: number[] = [];
  const payload: Draft<Payload> = { numbers: list };
  const tensor = { name: '', dims, dataType: 0 };
  readFields(reader, length, {
    1: ints((value) => dims.push(value)),
    2: ints((value) => {
      tensor.dataType = value;
    }),
    4: floats((value) => list.push(value)),
    5: ints((value) => list.push(value)),
    7: ints((value) => list.push(value)),
    8: text((value) => {
      tensor.name = value;
    }),
    9: bytes((value) => {
      payload.raw = value;
    }),
    10: doubles((value) => list.push(value)),
    11: ints((value) => list.push(value)),
  });
  const values = payloadValues(dims, tensor.dataType, payload);
  return values === undefined ? tensor : { ...tensor, values };
}

/** A SparseTensorProto as the dense tensor it stands for, without its values. */
function decodeSparseTensor(reader: BinaryReader, length: number): TensorData {
  const dims: number[] = [];
  const tensor = { name: '', dims, dataType: 0 };
  readFields(reader, length, {
    1: message(decodeTensor, ({ name, dataType }) => Object.assign(tensor, { name, dataType })),
    3: ints((value) => dims.push(value)),
  });
  return tensor;
}

/** ValueInfoProto > TypeProto > TypeProto.Tensor > TensorShapeProto > Dimension. */
function decodeInput(reader: BinaryReader, length: number): GraphInput {
  const input: Draft<GraphInput> = { name: '', dataType: 0 };
  const shape = (inner: BinaryReader, size: number) => {
    const dims: Dimension[] = [];
    readFields(inner, size, { 1: message(decodeDimension, (value) => dims.push(value)) });
    input.dims = dims;
  };
  const tensorType = (inner: BinaryReader, size: number) =>
    readFields(inner, size, {
      1: ints((value) => {
        input.dataType = value;
      }),
      2: message(shape, () => {}),
    });
  const type = (inner: BinaryReader, size: number) =>
    readFields(inner, size, { 1: message(tensorType, () => {}) });
  readFields(reader, length, {
    1: text((value) => {
      input.name = value;
    }),
    2: message(type, () => {}),
  });
  return input;
}

function decodeDimension(reader: BinaryReader, length: number): Dimension {
  const dimension: Draft<Dimension> = {};
  readFields(reader, length, {
    1: ints((value) => {
      dimension.size = value;
    }),
    2: text((value) => {
      if (value !== '') dimension.name = value;
    }),
  });
  return dimension;
}
