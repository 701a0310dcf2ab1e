import { LONG_TEXT, NUMBERS, TEXTS } from './interesting.ts';
import type { Random } from './random.ts';
import type { Format } from './target.ts';

/** What the fields of a message type hold; those that are not named are bytes. */
interface MessageType {
  /** Fields that are messages. */
  readonly messages?: Readonly<Record<number, () => MessageType>>;
  /** Fields that are text. */
  readonly texts?: readonly number[];
}

// Field numbers are those of onnx.proto.
const entry: MessageType = { texts: [1, 2] };
const tensor: MessageType = { messages: { 13: () => entry }, texts: [8, 12] };
const sparseTensor: MessageType = { messages: { 1: () => tensor, 2: () => tensor } };
const dimension: MessageType = { texts: [2, 3] };
const shape: MessageType = { messages: { 1: () => dimension } };
const tensorType: MessageType = { messages: { 2: () => shape } };
const type: MessageType = { messages: { 1: () => tensorType, 8: () => tensorType }, texts: [6] };
const valueInfo: MessageType = { messages: { 2: () => type }, texts: [1, 3] };
const attribute: MessageType = {
  messages: {
    ...{ 5: () => tensor, 6: () => graph, 10: () => tensor, 11: () => graph },
    ...{ 22: () => sparseTensor, 23: () => sparseTensor },
  },
  texts: [1, 4, 9, 13, 21],
};
const node: MessageType = { messages: { 5: () => attribute }, texts: [1, 2, 3, 4, 6, 7, 8] };
const graph: MessageType = {
  messages: {
    ...{ 1: () => node, 5: () => tensor, 15: () => sparseTensor },
    ...{ 11: () => valueInfo, 12: () => valueInfo, 13: () => valueInfo },
  },
  texts: [2, 10],
};
const opset: MessageType = { texts: [1] };
const functionType: MessageType = {
  messages: { 7: () => node, 9: () => opset, 11: () => attribute, 12: () => valueInfo },
  texts: [1, 4, 5, 6, 8, 10, 13],
};
const model: MessageType = {
  messages: { 7: () => graph, 8: () => opset, 14: () => entry, 25: () => functionType },
  texts: [2, 3, 4, 6],
};

/** A field of a message. */
interface Field {
  number: number;
  wire: number;
  /** What a varint says, as a number of 64 bits. */
  varint: bigint;
  /** What it holds where it is no varint and no message. */
  bytes: Uint8Array;
  /** What it holds where it is a message. */
  fields?: Field[];
  readonly type: MessageType;
  /** So much more than it has is said to be its length. */
  lie: number;
}

const VARINT = 0;
const BIT64 = 1;
const BYTES = 2;
const BIT32 = 5;

/** An ONNX file as the tree of its fields. */
export const protobufTree: Format<Field> = {
  parse(bytes) {
    return { number: 0, wire: BYTES, varint: 0n, bytes, fields: read(bytes, model), type: model, lie: 0 };
  },
  write: (tree) => written(tree.fields!),
  edit(tree, donor, random) {
    random.pick(edits)({ ...choose(tree, random), tree, donor, random });
    return tree;
  },
  without(tree, first, count) {
    const places = placesOf(tree);
    if (first >= places.length) return undefined;
    const dropped = new Set(places.slice(first, first + count).map(({ field }) => field));
    for (const { holder } of [...places].reverse()) {
      holder.splice(0, holder.length, ...holder.filter((field) => !dropped.has(field)));
    }
    return tree;
  },
};

function read(bytes: Uint8Array, of: MessageType): Field[] {
  const fields: Field[] = [];
  let position = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw new Error('cut short');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('too long');
  };
  const take = (length: number) => {
    if (position + length > bytes.length) throw new Error('cut short');
    position += length;
    return bytes.subarray(position - length, position);
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    const inner = of.messages?.[number]?.();
    const field: Field = { number, wire, varint: 0n, bytes: new Uint8Array(), type: inner ?? {}, lie: 0 };
    if (wire === VARINT) field.varint = varint();
    else if (wire === BYTES) field.bytes = take(Number(varint()));
    else if (wire === BIT64 || wire === BIT32) field.bytes = take(wire === BIT64 ? 8 : 4);
    else throw new Error('of no known kind');
    if (wire === BYTES && inner !== undefined) field.fields = read(field.bytes, inner);
    fields.push(field);
  }
  return fields;
}

function written(fields: readonly Field[]): Uint8Array {
  return new Uint8Array(Buffer.concat(fields.flatMap(pieces)));
}

function pieces(field: Field): Uint8Array[] {
  const tag = varintBytes(BigInt(field.number * 8 + field.wire));
  if (field.wire === VARINT) return [tag, varintBytes(field.varint)];
  const content = field.fields === undefined ? field.bytes : written(field.fields);
  if (field.wire !== BYTES) return [tag, content];
  return [tag, varintBytes(BigInt(Math.max(0, content.length + field.lie))), content];
}

function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** A field with where it is: in a list, and as a field of what type of message. */
interface Place {
  readonly field: Field;
  readonly holder: Field[];
  readonly of: MessageType;
}

interface Chosen extends Place {
  readonly tree: Field;
  readonly donor: Field;
  readonly random: Random;
}

/** So many bytes come of a field that is repeated often. */
const MAX_REPEATED = 300_000;

/** Files are not made larger than this many fields. */
const MAX_FIELDS = 200_000;

/** All fields of a tree, from the outermost on. */
function placesOf(tree: Field): Place[] {
  const places: Place[] = [];
  const open: Field[] = [tree];
  for (let i = 0; i < open.length && places.length < MAX_FIELDS; i++) {
    const { fields = [], type: of } = open[i]!;
    for (const field of fields) {
      places.push({ field, holder: fields, of });
      if (field.fields !== undefined) open.push(field);
    }
  }
  return places;
}

/** Any field, or one of a kind of message that is chosen first: there are many texts and few graphs. */
function choose(tree: Field, random: Random): Place {
  const places = placesOf(tree);
  if (places.length === 0) return { field: tree, holder: tree.fields!, of: tree.type };
  if (random.once(2)) return random.pick(places);
  const kinds = [...new Set(places.map(({ of }) => of))];
  const kind = random.pick(kinds);
  return random.pick(places.filter(({ of }) => of === kind));
}

const edits: readonly ((chosen: Chosen) => void)[] = [
  replaceContent,
  replaceContent,
  replaceContent,
  replaceContent,
  replaceByAlike,
  replaceByAlike,
  ({ field, holder }) => holder.splice(holder.indexOf(field), 1),
  ({ field, holder }) => holder.splice(holder.indexOf(field), 1),
  repeatIt,
  swapTwo,
  addAlike,
  addAlike,
  nestIt,
  renumber,
  lie,
];

function replaceContent(chosen: Chosen): void {
  const { field, of, random } = chosen;
  if (field.wire === VARINT) field.varint = someVarint(field.varint, random);
  else if (field.fields !== undefined) replaceByAlike(chosen);
  else if (of.texts?.includes(field.number)) field.bytes = someText(chosen);
  else field.bytes = someBytes(field.bytes, random);
}

function someVarint(value: bigint, random: Random): bigint {
  const near = [value + 1n, value - 1n, value * 2n, -value, value / 2n];
  const small = [0n, 1n, 2n, 3n, 4n, 7n, 8n, 13n, -1n, -2n];
  if (random.once(3)) return random.pick(near);
  return random.once(2) ? random.pick(small) : BigInt(random.pick(NUMBERS));
}

/** Another text of the file, such as the name of another tensor or operator, or an odd one. */
function someText({ tree, donor, field, random }: Chosen): Uint8Array {
  if (random.once(400)) return new TextEncoder().encode(LONG_TEXT);
  if (random.once(5)) return new TextEncoder().encode(random.pick(TEXTS));
  const isAlike = (place: Place) => place.of.texts?.includes(place.field.number) === true;
  const texts = placesOf(random.once(4) ? donor : tree).filter(isAlike);
  const own = texts.filter((place) => place.field.number === field.number);
  const from = random.once(2) && own.length > 0 ? own : texts;
  return from.length === 0 ? new Uint8Array() : random.pick(from).field.bytes;
}

/** Payloads, and lists of numbers: integers of 64 bits, floats, packed varints. */
function someBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  switch (random.below(5)) {
    case 0:
      return changed.subarray(0, random.below(changed.length + 1));
    case 1:
      return new Uint8Array(Buffer.concat([changed, changed.subarray(random.below(changed.length + 1))]));
    case 2:
      if (changed.length >= 8) {
        const at = 8 * random.below(Math.floor(changed.length / 8));
        view.setBigInt64(at, BigInt(random.pick(NUMBERS)), true);
      }
      return changed;
    case 3:
      if (changed.length >= 4) {
        const at = 4 * random.below(Math.floor(changed.length / 4));
        view.setFloat32(at, random.pick([...NUMBERS, 0.5, Number.NaN, Number.POSITIVE_INFINITY]), true);
      }
      return changed;
    default:
      if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
      return changed;
  }
}

function copyOf(field: Field): Field {
  return { ...field, ...(field.fields && { fields: field.fields.map(copyOf) }) };
}

/** Fields of the same number in messages of the same type. */
function alike({ field, of, tree, donor, random }: Chosen): Field | undefined {
  const places = placesOf(random.once(2) ? donor : tree).filter(
    (place) => place.of === of && place.field.number === field.number,
  );
  return places.length === 0 ? undefined : copyOf(random.pick(places).field);
}

function replaceByAlike(chosen: Chosen): void {
  const other = alike(chosen);
  if (other !== undefined) chosen.holder[chosen.holder.indexOf(chosen.field)] = other;
}

/** One more field of the same message, taken from elsewhere. */
function addAlike(chosen: Chosen): void {
  const { holder, of, tree, donor, random } = chosen;
  const places = placesOf(random.once(2) ? donor : tree).filter((place) => place.of === of);
  if (places.length === 0) return;
  holder.splice(random.below(holder.length + 1), 0, copyOf(random.pick(places).field));
}

function repeatIt({ field, holder, random }: Chosen): void {
  const size = pieces(field).reduce((sum, { length }) => sum + length, 0);
  const times = random.once(15) ? Math.min(20_000, Math.ceil(MAX_REPEATED / size)) : random.few();
  const at = holder.indexOf(field);
  const more = Array.from({ length: times }, () => copyOf(field));
  holder.splice(0, holder.length, ...[holder.slice(0, at), more, holder.slice(at)].flat());
}

function swapTwo({ field, holder, random }: Chosen): void {
  const [a, b] = [holder.indexOf(field), random.below(holder.length)];
  [holder[a], holder[b]] = [holder[b]!, holder[a]!];
}

/** A graph within an attribute of one of its own nodes, some times over; another message in one of its own fields. */
function nestIt({ field, holder, of, tree, random }: Chosen): void {
  const depth = random.once(10) ? 150 : random.few();
  const graphs = placesOf(tree).filter((place) => place.field.type === graph);
  const attributes = placesOf(tree).filter((place) => place.field.type === attribute);
  if (graphs.length === 0 || attributes.length === 0) return;
  const target = of === node ? holder : random.pick(attributes).holder;
  let inner = copyOf(random.pick(graphs).field);
  // What is nested deep is kept small.
  if (depth > 4) inner.fields = inner.fields!.slice(0, 3);
  for (let i = 0; i < depth; i++) {
    const held: Field = { ...inner, number: 6, wire: BYTES, lie: 0, type: graph };
    const holding: Field = { ...held, number: 5, type: attribute, fields: [held] };
    const nodes: Field = { ...held, number: 1, type: node, fields: [holding] };
    inner = { ...held, fields: [nodes] };
  }
  target.push({
    ...copyOf(field),
    number: 5,
    wire: BYTES,
    type: attribute,
    fields: [{ ...inner, number: 6 }],
  });
}

function renumber({ field, random }: Chosen): void {
  if (random.once(3)) field.wire = random.pick([VARINT, BIT64, BYTES, 3, 4, BIT32, 6, 7]);
  else
    field.number = random.pick([field.number + 1, field.number - 1, 0, 1000, 2 ** 29 - 1, random.below(26)]);
}

function lie({ field, random }: Chosen): void {
  field.lie = random.pick([1, -1, 2, -2, 100, 2 ** 31, 2 ** 32, 2 ** 53]);
}
