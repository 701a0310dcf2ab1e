import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Numbers of TensorProto.DataType. */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;

/** A tensor: dimensions, and values where they matter; without, it is floats that nobody reads. */
export interface TensorSpec {
  readonly dims: readonly number[];
  /** The element type of `ints`, INT64 by default. */
  readonly type?: number;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[] | Float32Array;
  /** The file beside the model that the values lie in, from a byte on. */
  readonly external?: { readonly location: string; readonly offset: number; readonly length: number };
}

/** A number is an int, `{ float }` a float; see {@link encodeAttribute}. */
export type AttributeSpec =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: TensorSpec }
  | { readonly graph: GraphSpec }
  | { readonly reference: string };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface GraphSpec {
  /** Dimensions by input name; a text is a dimension's name, null one without size and name. */
  readonly inputs?: Readonly<Record<string, readonly (number | string | null)[]>>;
  /** Element types of inputs that are no floats. */
  readonly types?: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeSpec[];
  readonly initializers?: Readonly<Record<string, TensorSpec>>;
  readonly outputs?: readonly string[];
  /** Shapes that the file states of outputs, or of tensors within (`value_info`). */
  readonly stated?: Readonly<Record<string, readonly (number | string | null)[]>>;
}

export interface FunctionSpec {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeSpec[];
  /** Attributes with a default. */
  readonly defaults?: Readonly<Record<string, AttributeSpec>>;
}

export interface ModelSpec extends GraphSpec {
  readonly opset?: number;
  readonly functions?: readonly FunctionSpec[];
}

/** A node: operator, inputs and outputs separated by blanks (`_` is one left out), attributes. */
export function node(
  op: string,
  inputs: string,
  outputs: string,
  attributes: Readonly<Record<string, AttributeSpec>> = {},
  name = '',
): NodeSpec {
  const names = (text: string) =>
    text === '' ? [] : text.split(' ').map((part) => (part === '_' ? '' : part));
  const [domain, type] = op.includes(':') ? op.split(':') : ['', op];
  return { op: type!, domain: domain!, inputs: names(inputs), outputs: names(outputs), attributes, name };
}

/** A constant list of integers. */
export function ints(...values: number[]): TensorSpec {
  return { dims: [values.length], ints: values };
}

/** A constant integer. */
export function int(value: number): TensorSpec {
  return { dims: [], ints: [value] };
}

/** A constant list of floats. */
export function floats(...values: number[]): TensorSpec {
  return { dims: [values.length], floats: values };
}

/** Weights: a shape without values. */
export function weights(...dims: number[]): TensorSpec {
  return { dims };
}

/** An ONNX file. */
export function model(spec: ModelSpec): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int32(8);
  nested(w, 7, () => encodeGraph(w, spec));
  encodeOpset(w, 8, '', spec.opset ?? 17);
  encodeOpset(w, 8, 'com.microsoft', 1);
  for (const body of spec.functions ?? []) nested(w, 25, () => encodeFunction(w, body));
  return w.finish();
}

function nested(w: BinaryWriter, field: number, write: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  write();
  w.join();
}

function text(w: BinaryWriter, field: number, value: string): void {
  w.tag(field, WireType.LengthDelimited).string(value);
}

function encodeOpset(w: BinaryWriter, field: number, domain: string, version: number): void {
  nested(w, field, () => {
    text(w, 1, domain);
    w.tag(2, WireType.Varint).int64(version);
  });
}

function encodeFunction(w: BinaryWriter, body: FunctionSpec): void {
  text(w, 1, body.name);
  for (const name of body.inputs) text(w, 4, name);
  for (const name of body.outputs) text(w, 5, name);
  for (const inner of body.nodes) nested(w, 7, () => encodeNode(w, inner));
  encodeOpset(w, 9, '', 17);
  text(w, 10, body.domain);
  for (const [name, value] of Object.entries(body.defaults ?? {})) {
    nested(w, 11, () => encodeAttribute(w, name, value));
  }
}

function encodeGraph(w: BinaryWriter, graph: GraphSpec): void {
  for (const inner of graph.nodes) nested(w, 1, () => encodeNode(w, inner));
  for (const [name, tensor] of Object.entries(graph.initializers ?? {})) {
    nested(w, 5, () => encodeTensor(w, tensor, name));
  }
  for (const [name, dims] of Object.entries(graph.inputs ?? {})) {
    nested(w, 11, () => encodeInput(w, name, dims, graph.types?.[name] ?? FLOAT));
  }
  const stated = graph.stated ?? {};
  for (const name of graph.outputs ?? []) {
    const dims = stated[name];
    nested(w, 12, () => (dims === undefined ? text(w, 1, name) : encodeInput(w, name, dims, FLOAT)));
  }
  for (const [name, dims] of Object.entries(stated)) {
    if (!graph.outputs?.includes(name)) nested(w, 13, () => encodeInput(w, name, dims, FLOAT));
  }
}

function encodeInput(
  w: BinaryWriter,
  name: string,
  dims: readonly (number | string | null)[],
  type: number,
): void {
  text(w, 1, name);
  nested(w, 2, () =>
    nested(w, 1, () => {
      w.tag(1, WireType.Varint).int32(type);
      nested(w, 2, () => {
        for (const size of dims) {
          nested(w, 1, () => {
            if (typeof size === 'number') w.tag(1, WireType.Varint).int64(size);
            else if (size !== null) text(w, 2, size);
          });
        }
      });
    }),
  );
}

function encodeNode(w: BinaryWriter, spec: NodeSpec): void {
  for (const name of spec.inputs) text(w, 1, name);
  for (const name of spec.outputs) text(w, 2, name);
  text(w, 3, spec.name ?? '');
  text(w, 4, spec.op);
  for (const [name, value] of Object.entries(spec.attributes ?? {})) {
    nested(w, 5, () => encodeAttribute(w, name, value));
  }
  text(w, 7, spec.domain ?? '');
}

function isList(value: AttributeSpec): value is readonly number[] {
  return Array.isArray(value);
}

function encodeAttribute(w: BinaryWriter, name: string, value: AttributeSpec): void {
  text(w, 1, name);
  // Numbers of AttributeProto.AttributeType, without which ONNX Runtime reads no attribute.
  const isOf = (type: number) => w.tag(20, WireType.Varint).int32(type);
  if (typeof value === 'number') isOf(2).tag(3, WireType.Varint).int64(value);
  else if (typeof value === 'string') text(isOf(3), 4, value);
  else if (isList(value)) for (const item of isOf(7) && value) w.tag(8, WireType.Varint).int64(item);
  else if ('float' in value) isOf(1).tag(2, WireType.Bit32).float(value.float);
  else if ('floats' in value)
    for (const item of isOf(6) && value.floats) w.tag(7, WireType.Bit32).float(item);
  else if ('tensor' in value) nested(isOf(4), 5, () => encodeTensor(w, value.tensor, ''));
  else if ('graph' in value) nested(isOf(5), 6, () => encodeGraph(w, value.graph));
  else text(w, 21, value.reference);
}

/** The message of a tensor. */
export function encodeTensor(w: BinaryWriter, tensor: TensorSpec, name: string): void {
  for (const size of tensor.dims) w.tag(1, WireType.Varint).int64(size);
  const type = tensor.type ?? (tensor.ints ? INT64 : FLOAT);
  w.tag(2, WireType.Varint).int32(type);
  // int64_data holds 64 bits, int32_data every smaller integer.
  const field = type === INT64 ? 7 : 5;
  for (const value of tensor.ints ?? []) w.tag(field, WireType.Varint).int64(value);
  if (tensor.floats) {
    const bytes = new DataView(new ArrayBuffer(4 * tensor.floats.length));
    for (let i = 0; i < tensor.floats.length; i++) bytes.setFloat32(4 * i, tensor.floats[i]!, true);
    w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(bytes.buffer));
  }
  text(w, 8, name);
  if (tensor.external === undefined) return;
  for (const [key, value] of Object.entries(tensor.external)) {
    nested(w, 13, () => {
      text(w, 1, key);
      text(w, 2, String(value));
    });
  }
  // TensorProto.DataLocation.EXTERNAL
  w.tag(14, WireType.Varint).int32(1);
}
