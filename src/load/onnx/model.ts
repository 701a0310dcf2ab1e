import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { DamagedError } from './field-walker.ts';
import { PLACES_FIELD } from './skeleton.ts';
import { type ExternalPlace, type PayloadPlace, payloadValues, type TensorData } from './tensor-data.ts';

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
  /** What the file says of the shapes of its tensors (`value_info`, and those of the outputs), by name. */
  readonly statedDims: ReadonlyMap<string, readonly Dimension[]>;
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
  /** Only in programs. */
  readonly texts?: readonly string[];
  readonly tensor?: TensorData;
  readonly graph?: Graph;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

/** ValueInfoProto, mostly that of an input. `dims` is absent where the file gives no shape. */
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

/** Reads one field into a message; knows its wire type. */
type FieldReader<T> = (target: T, reader: BinaryReader, wire: WireType) => void;

/** The fields of a message type that are looked at, by number. */
type Fields<T> = Readonly<Record<number, FieldReader<T>>>;

/** Reads the rest of `reader` (or `length` bytes of it) field by field; fields not in the table are skipped. */
function readFields<T>(reader: BinaryReader, length: number, fields: Fields<T>, target: T): T {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wire, field);
    else read(target, reader, wire);
  }
  if (reader.pos > end) throw new DamagedError('a field is longer than what holds it');
  return target;
}

/** Reads a model with what only a program needs. */
class ProgramReader extends BinaryReader {}

/** A field that is looked at in programs alone, whatever is in it. */
const forPrograms =
  <T>(read: FieldReader<T>): FieldReader<T> =>
  (target, reader, wire) => {
    if (reader instanceof ProgramReader) read(target, reader, wire);
    else reader.skip(wire);
  };

function expectWire(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw new DamagedError('a field is not of the kind that ONNX gives it');
}

/** Control characters have no business in a name, and would break the lines of error messages. */
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;

const text =
  <T>(take: (target: T, value: string) => void): FieldReader<T> =>
  (target, reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(target, reader.string().replaceAll(CONTROL, '\ufffd'));
  };

const bytes =
  <T>(take: (target: T, value: Uint8Array) => void): FieldReader<T> =>
  (target, reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(target, reader.bytes());
  };

const message =
  <T, M>(
    decode: (reader: BinaryReader, length: number) => M,
    take: (target: T, value: M) => void,
  ): FieldReader<T> =>
  (target, reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    take(target, decode(reader, reader.uint32()));
  };

/** A number, or a repeated field of numbers, packed or not. */
const numbers =
  <T>(
    scalar: WireType,
    next: (reader: BinaryReader) => number,
    take: (target: T, value: number) => void,
  ): FieldReader<T> =>
  (target, reader, wire) => {
    if (wire !== WireType.LengthDelimited) {
      expectWire(wire, scalar);
      take(target, next(reader));
      return;
    }
    const end = reader.uint32() + reader.pos;
    if (end > reader.len) throw new DamagedError('it is cut short');
    while (reader.pos < end) take(target, next(reader));
  };

const ints = <T>(take: (target: T, value: number) => void) =>
  numbers<T>(WireType.Varint, (reader) => Number(reader.int64()), take);
const floats = <T>(take: (target: T, value: number) => void) =>
  numbers<T>(WireType.Bit32, (reader) => reader.float(), take);
const doubles = <T>(take: (target: T, value: number) => void) =>
  numbers<T>(WireType.Bit64, (reader) => reader.double(), take);

/** Writable while it is read, so that each field can be taken in turn. */
type Draft<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? E[]
    : T[K] extends ReadonlyMap<infer K2, infer V>
      ? Map<K2, V>
      : T[K];
};

/** `ai.onnx` is the long name of the domain that has none. */
function shortDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

// The tables are made once, and refer to each other by way of the functions that read by them.

const modelFields: Fields<Draft<Model>> = {
  7: message(decodeGraph, (model, value) => {
    model.graph = value;
  }),
  8: message(decodeOpset, (model, { domain, version }) => model.opsets.set(domain, version)),
  25: message(decodeFunction, (model, value) => model.functions.push(value)),
};

/**
 * Decodes a ModelProto.
 *
 * @param isForProgram Take in what only a program needs.
 * @throws where the bytes are no ModelProto; what is thrown is not meant for users.
 */
export function decodeModel(data: Uint8Array, isForProgram = false): Model {
  const reader = isForProgram ? new ProgramReader(data) : new BinaryReader(data);
  return readFields(reader, reader.len, modelFields, { functions: [], opsets: new Map<string, number>() });
}

/** OperatorSetIdProto: the version of a domain's operators. */
interface Opset {
  domain: string;
  version: number;
}

const opsetFields: Fields<Opset> = {
  1: text((opset, value) => {
    opset.domain = shortDomain(value);
  }),
  2: ints((opset, value) => {
    opset.version = value;
  }),
};

function decodeOpset(reader: BinaryReader, length: number): Opset {
  return readFields(reader, length, opsetFields, { domain: '', version: 1 });
}

const graphFields: Fields<Draft<Graph>> = {
  1: message(decodeNode, (graph, value) => graph.nodes.push(value)),
  2: text((graph, value) => {
    graph.name = value;
  }),
  5: message(decodeTensor, (graph, value) => graph.initializers.push(value)),
  11: message(decodeInput, (graph, value) => graph.inputs.push(value)),
  12: message(decodeInput, (graph, value) => {
    graph.outputs.push(value.name);
    state(graph, value);
  }),
  13: message(decodeInput, state),
  15: message(decodeSparseTensor, (graph, value) => graph.initializers.push(value)),
};

function decodeGraph(reader: BinaryReader, length: number): Graph {
  const graph = { name: '', nodes: [], initializers: [], inputs: [], outputs: [], statedDims: new Map() };
  return readFields<Draft<Graph>>(reader, length, graphFields, graph);
}

function state({ statedDims }: Draft<Graph>, { name, dims }: GraphInput): void {
  if (dims !== undefined) statedDims.set(name, dims);
}

const functionFields: Fields<Draft<FunctionBody>> = {
  1: text((body, value) => {
    body.name = value;
  }),
  4: text((body, value) => body.inputs.push(value)),
  5: text((body, value) => body.outputs.push(value)),
  7: message(decodeNode, (body, value) => body.nodes.push(value)),
  9: message(decodeOpset, (body, { domain, version }) => body.opsets.set(domain, version)),
  10: text((body, value) => {
    body.domain = shortDomain(value);
  }),
  11: message(decodeAttribute, (body, value) => body.defaults.set(value.name, value)),
  13: text((body, value) => {
    body.overload = value;
  }),
};

function decodeFunction(reader: BinaryReader, length: number): FunctionBody {
  const body: Draft<FunctionBody> = {
    name: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    nodes: [],
    defaults: new Map(),
    opsets: new Map(),
  };
  return readFields(reader, length, functionFields, body);
}

const nodeFields: Fields<Draft<Node>> = {
  1: text((node, value) => node.inputs.push(value)),
  2: text((node, value) => node.outputs.push(value)),
  3: text((node, value) => {
    node.name = value;
  }),
  4: text((node, value) => {
    node.op = value;
  }),
  5: message(decodeAttribute, (node, value) => node.attributes.set(value.name, value)),
  7: text((node, value) => {
    node.domain = shortDomain(value);
  }),
  8: text((node, value) => {
    node.overload = value;
  }),
};

function decodeNode(reader: BinaryReader, length: number): Node {
  const node: Draft<Node> = {
    name: '',
    op: '',
    domain: '',
    overload: '',
    inputs: [],
    outputs: [],
    attributes: new Map(),
  };
  return readFields(reader, length, nodeFields, node);
}

type AttributeDraft = Draft<Attribute> & { texts?: string[] };

const attributeFields: Fields<AttributeDraft> = {
  1: text((attribute, value) => {
    attribute.name = value;
  }),
  2: floats((attribute, value) => {
    attribute.float = value;
  }),
  3: ints((attribute, value) => {
    attribute.int = value;
  }),
  4: text((attribute, value) => {
    attribute.text = value;
  }),
  5: message(decodeTensor, (attribute, value) => {
    attribute.tensor = value;
  }),
  6: message(decodeGraph, (attribute, value) => {
    attribute.graph = value;
  }),
  7: floats((attribute, value) => attribute.floats.push(value)),
  8: ints((attribute, value) => attribute.ints.push(value)),
  9: forPrograms(
    text((attribute, value) => {
      attribute.texts ??= [];
      attribute.texts.push(value);
    }),
  ),
  21: text((attribute, value) => {
    attribute.reference = value;
  }),
  22: message(decodeSparseTensor, (attribute, value) => {
    attribute.tensor = value;
  }),
};

function decodeAttribute(reader: BinaryReader, length: number): Attribute {
  return readFields<AttributeDraft>(reader, length, attributeFields, { name: '', floats: [], ints: [] });
}

/** A TensorProto with its payload, which becomes its values. */
interface TensorDraft extends Omit<Draft<TensorData>, 'external'> {
  raw?: Uint8Array;
  readonly numbers: number[];
  /** What it says of another file, by key. */
  external: Map<string, string> | undefined;
  /** Whether its values lie in another file. */
  isExternal: boolean;
}

const tensorFields: Fields<TensorDraft> = {
  1: ints((tensor, value) => tensor.dims.push(value)),
  2: ints((tensor, value) => {
    tensor.dataType = value;
  }),
  4: floats((tensor, value) => tensor.numbers.push(value)),
  5: ints((tensor, value) => tensor.numbers.push(value)),
  7: ints((tensor, value) => tensor.numbers.push(value)),
  8: text((tensor, value) => {
    tensor.name = value;
  }),
  9: bytes((tensor, value) => {
    tensor.raw = value;
  }),
  10: doubles((tensor, value) => tensor.numbers.push(value)),
  11: ints((tensor, value) => tensor.numbers.push(value)),
  13: forPrograms(
    message(decodeEntry, (tensor, { key, value }) => {
      tensor.external ??= new Map();
      tensor.external.set(key, value);
    }),
  ),
  14: forPrograms(
    ints((tensor, value) => {
      tensor.isExternal = value === EXTERNAL;
    }),
  ),
  [PLACES_FIELD]: forPrograms(
    message(decodePlaces, (tensor, value) => {
      tensor.places = value;
    }),
  ),
};

/** TensorProto.DataLocation. */
const EXTERNAL = 1;

function decodeTensor(reader: BinaryReader, length: number): TensorData {
  const draft: TensorDraft = {
    name: '',
    dims: [],
    dataType: 0,
    numbers: [],
    external: undefined,
    isExternal: false,
  };
  const { name, dims, dataType, places, external, isExternal } = readFields(
    reader,
    length,
    tensorFields,
    draft,
  );
  const values = payloadValues(dims, dataType, draft);
  return {
    name,
    dims,
    dataType,
    ...(values === undefined ? {} : { values }),
    ...(places === undefined ? {} : { places }),
    ...(isExternal ? { external: externalPlace(external) } : {}),
  };
}

function externalPlace(entries: ReadonlyMap<string, string> = new Map()): ExternalPlace {
  const [offset, length] = [entries.get('offset'), entries.get('length')];
  return {
    location: entries.get('location') ?? '',
    ...(offset === undefined ? {} : { offset }),
    ...(length === undefined ? {} : { length }),
  };
}

/** StringStringEntryProto, of which a tensor in another file has some. */
interface Entry {
  key: string;
  value: string;
}

// Not scrubbed: a path with control characters is not the path of another file.
const entryFields: Fields<Entry> = {
  1: bytes((entry, value) => {
    entry.key = new TextDecoder().decode(value);
  }),
  2: bytes((entry, value) => {
    entry.value = new TextDecoder().decode(value);
  }),
};

function decodeEntry(reader: BinaryReader, length: number): Entry {
  return readFields(reader, length, entryFields, { key: '', value: '' });
}

/** What the skeleton says of payloads, which is none of the file's own. */
function decodePlaces(reader: BinaryReader, length: number): PayloadPlace[] {
  const places: PayloadPlace[] = [];
  const end = reader.pos + length;
  while (reader.pos < end) {
    const field = reader.uint32();
    const [offset, size] = [Number(reader.uint64()), Number(reader.uint64())];
    places.push({ field, offset, length: size, isTagged: reader.bool() });
  }
  return places;
}

const sparseTensorFields: Fields<Draft<TensorData>> = {
  1: message(decodeTensor, (tensor, { name, dataType }) => Object.assign(tensor, { name, dataType })),
  3: ints((tensor, value) => tensor.dims.push(value)),
};

/** A SparseTensorProto as the dense tensor it stands for, without its values. */
function decodeSparseTensor(reader: BinaryReader, length: number): TensorData {
  const tensor: Draft<TensorData> = { name: '', dims: [], dataType: 0, isSparse: true };
  return readFields(reader, length, sparseTensorFields, tensor);
}

type InputDraft = Draft<GraphInput> & { dims?: Dimension[] };

/** A message within a message that says more about the outer one. */
const part =
  <T>(fields: Fields<T>): FieldReader<T> =>
  (target, reader, wire) => {
    expectWire(wire, WireType.LengthDelimited);
    readFields(reader, reader.uint32(), fields, target);
  };

const shapeFields: Fields<InputDraft> = {
  1: message(decodeDimension, (input, value) => input.dims?.push(value)),
};

const readShape = part(shapeFields);

const tensorTypeFields: Fields<InputDraft> = {
  1: ints((input, value) => {
    input.dataType = value;
  }),
  2: (input, reader, wire) => {
    input.dims = [];
    readShape(input, reader, wire);
  },
};

/** ValueInfoProto > TypeProto > TypeProto.Tensor > TensorShapeProto > Dimension. */
const inputFields: Fields<InputDraft> = {
  1: text((input, value) => {
    input.name = value;
  }),
  2: part({ 1: part(tensorTypeFields) }),
};

function decodeInput(reader: BinaryReader, length: number): GraphInput {
  return readFields<InputDraft>(reader, length, inputFields, { name: '', dataType: 0 });
}

const dimensionFields: Fields<Draft<Dimension>> = {
  1: ints((dimension, value) => {
    dimension.size = value;
  }),
  2: text((dimension, value) => {
    if (value !== '') dimension.name = value;
  }),
};

function decodeDimension(reader: BinaryReader, length: number): Dimension {
  return readFields<Draft<Dimension>>(reader, length, dimensionFields, {});
}
