import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ModelBytes } from '../model-bytes.ts';
import { MAX_VALUES } from './tensor-data.ts';

/** Payloads longer than this hold more values than are ever looked at. */
const MAX_PAYLOAD_BYTES = 8 * MAX_VALUES;

/** Other fields longer than this are embedded engines or documentation, nothing that a schedule needs. */
const MAX_FIELD_BYTES = 1 << 20;

/** No real model has nearly as much besides its tensors; more would fill the memory. */
const MAX_SKELETON_BYTES = 1 << 28;

/** Deeper nesting than any real model's graphs in attributes of nodes of graphs. */
const MAX_DEPTH = 100;

const MAX_VARINT_BYTES = 10;

/** So many bytes are looked at together; small, because behind the next field may lie a large tensor. */
const VIEW_BYTES = 4096;

/**
 * The field of a tensor in a skeleton that says where its payloads lie in the file: for each the field that it is, its
 * offset, its bytes, and 1 where it has a tag in front of every number. No version of onnx.proto has a field of this
 * number, and one of the file is dropped.
 */
export const PLACES_FIELD = 1000;

/** What is known of a message type: the fields that are messages with tensors in them, and the payloads. */
interface MessageType {
  readonly messages: Readonly<Record<number, () => MessageType>>;
  /** Fields with the values of a tensor. */
  readonly payloads?: readonly number[];
  /** Fields that only a program needs. */
  readonly forPrograms?: readonly number[];
}

/** A payload, or the part of one, that lies in one piece. */
interface Place {
  readonly field: number;
  readonly offset: number;
  length: number;
  /** True for numbers that have a tag each. */
  readonly isTagged: boolean;
}

// Field numbers are those of onnx.proto.
const tensor: MessageType = { messages: {}, payloads: [4, 5, 6, 7, 9, 10, 11], forPrograms: [13, 14] };
const sparseTensor: MessageType = { messages: { 1: () => tensor, 2: () => tensor } };
const attribute: MessageType = {
  messages: {
    5: () => tensor,
    6: () => graph,
    10: () => tensor,
    11: () => graph,
    22: () => sparseTensor,
    23: () => sparseTensor,
  },
  forPrograms: [9],
};
const node: MessageType = { messages: { 5: () => attribute } };
const graph: MessageType = { messages: { 1: () => node, 5: () => tensor, 15: () => sparseTensor } };
const functionType: MessageType = { messages: { 7: () => node, 11: () => attribute } };
const model: MessageType = { messages: { 7: () => graph, 25: () => functionType } };

/** Says that the bytes are not the protobuf they should be. */
export class DamagedError extends Error {}

/**
 * The bytes of a ModelProto without the payloads of its large tensors, which are neither read nor copied:
 * a small valid ModelProto whose large tensors have their name, type and dimensions only.
 *
 * @param isForProgram Say also where all payloads lie ({@link PLACES_FIELD}), and keep what only a program needs.
 * @throws DamagedError where the bytes are no protobuf, are cut short, or are hostile.
 */
export function skeleton(bytes: ModelBytes, isForProgram = false): Uint8Array {
  const writer = new BinaryWriter();
  const walker = new Walker(bytes, writer, isForProgram);
  walker.message(model, bytes.size, 0);
  return writer.finish();
}

/** True where the bytes begin as a ModelProto does; looks at a few bytes only. */
export function beginsAsModel(bytes: ModelBytes): boolean {
  // The first field that every known exporter writes is ir_version.
  const start = bytes.read(0, Math.min(bytes.size, 2));
  return start[0] === 0x08 ? start.length === 2 && start[1]! < 0x80 : isModelWithoutVersion(bytes);
}

/** Wire types of the fields of a ModelProto. */
const modelFields: Readonly<Record<number, WireType>> = {
  ...Object.fromEntries([2, 3, 4, 6, 7, 8, 14, 20, 25].map((field) => [field, WireType.LengthDelimited])),
  1: WireType.Varint,
  5: WireType.Varint,
};

/** A file whose fields come in another order: all of its outermost fields must be those of a ModelProto. */
function isModelWithoutVersion(bytes: ModelBytes): boolean {
  const walker = new Walker(bytes, new BinaryWriter());
  let sawGraph = false;
  try {
    while (walker.position < bytes.size) {
      const { field, wire } = walker.tag();
      if (modelFields[field] !== wire) return false;
      if (field === 7) sawGraph = true;
      walker.skipField(wire, bytes.size);
    }
    return sawGraph;
  } catch (error) {
    if (error instanceof DamagedError) return false;
    throw error;
  }
}

/** Fields of a protobuf that are looked at to tell what it is. */
const MAX_OUTERMOST_FIELDS = 10_000;

/**
 * The outermost fields of a protobuf, and the wire type of each where it is first met.
 *
 * @throws DamagedError where the bytes are no protobuf.
 */
export function outermostFields(bytes: ModelBytes): ReadonlyMap<number, number> {
  const walker = new Walker(bytes, new BinaryWriter());
  const fields = new Map<number, number>();
  for (let i = 0; i < MAX_OUTERMOST_FIELDS && walker.position < bytes.size; i++) {
    const { field, wire } = walker.tag();
    if (!fields.has(field)) fields.set(field, wire);
    walker.skipField(wire, bytes.size);
  }
  return fields;
}

class Walker {
  position = 0;
  readonly #model: ModelBytes;
  readonly #writer: BinaryWriter;
  /** A part of the bytes, so that not every byte has to be asked for, and where it starts. */
  #view: Uint8Array = new Uint8Array();
  #viewStart = 0;
  #written = 0;
  readonly #isForProgram: boolean;

  constructor(bytes: ModelBytes, writer: BinaryWriter, isForProgram = false) {
    this.#model = bytes;
    this.#writer = writer;
    this.#isForProgram = isForProgram;
  }

  /** Copies the message that ends at `end`, without its payloads. */
  message(type: MessageType, end: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new DamagedError(`its graphs are nested more than ${MAX_DEPTH} deep`);
    const places: Place[] = [];
    while (this.position < end) {
      const start = this.position;
      const { field, wire } = this.tag();
      const isPlaced = this.#isForProgram && type.payloads?.includes(field) === true;
      if (this.#isDropped(type, field)) this.#drop(wire, end);
      else if (wire === WireType.LengthDelimited) {
        const length = this.#lengthDelimited(type, field, end, depth);
        if (isPlaced) places.push({ field, offset: this.position - length, length, isTagged: false });
      } else {
        this.#scalar(field, wire, end);
        if (isPlaced) this.#placeNumber(places, field, start);
      }
    }
    if (this.position > end) throw new DamagedError(`a field at byte ${end} is longer than what holds it`);
    this.#writePlaces(places);
  }

  /** True for what no decoder is to see. */
  #isDropped(type: MessageType, field: number): boolean {
    if (field === PLACES_FIELD) return type.payloads !== undefined;
    return !this.#isForProgram && type.forPrograms?.includes(field) === true;
  }

  /** Moves behind a field that no decoder is to see; as strict as for one that is copied. */
  #drop(wire: WireType, end: number): void {
    const start = this.position;
    this.skipField(wire, end);
    if (this.position > end) throw new DamagedError(`it is cut short at byte ${start}`);
  }

  /** Notes a number with its tag, from `start` to the position. */
  #placeNumber(places: Place[], field: number, start: number): void {
    const last = places.at(-1);
    const goesOn = last?.isTagged && last.field === field && last.offset + last.length === start;
    if (goesOn) last.length = this.position - last.offset;
    else places.push({ field, offset: start, length: this.position - start, isTagged: true });
  }

  #writePlaces(places: readonly Place[]): void {
    if (places.length === 0) return;
    this.#count(4 * MAX_VARINT_BYTES * places.length);
    this.#writer.tag(PLACES_FIELD, WireType.LengthDelimited).fork();
    for (const { field, offset, length, isTagged } of places) {
      this.#writer.uint32(field).uint64(offset).uint64(length).bool(isTagged);
    }
    this.#writer.join();
  }

  /** Copies a field, without what is too long. Its length. */
  #lengthDelimited(type: MessageType, field: number, end: number, depth: number): number {
    const length = this.length(end);
    const inner = type.messages[field];
    if (inner !== undefined) {
      this.#count(8);
      this.#writer.tag(field, WireType.LengthDelimited).fork();
      this.message(inner(), this.position + length, depth + 1);
      this.#writer.join();
      return length;
    }
    const limit = type.payloads?.includes(field) ? MAX_PAYLOAD_BYTES : MAX_FIELD_BYTES;
    if (length <= limit) {
      this.#writer.tag(field, WireType.LengthDelimited).bytes(this.#bytes(length));
    }
    this.position += length;
    return length;
  }

  #scalar(field: number, wire: WireType, end: number): void {
    const start = this.position;
    const length = wire === WireType.Bit64 ? 8 : wire === WireType.Bit32 ? 4 : 0;
    if (wire === WireType.Varint) this.varint();
    else if (length > 0) this.position += length;
    else throw new DamagedError(`the field at byte ${start} is of no known kind`);
    if (this.position > end) throw new DamagedError(`it is cut short at byte ${start}`);
    const size = this.position - start;
    this.position = start;
    this.#writer.tag(field, wire).raw(this.#bytes(size));
    this.position += size;
  }

  /** Reads a tag. */
  tag(): { field: number; wire: number } {
    const start = this.position;
    const tag = this.varint();
    const field = Math.floor(tag / 8);
    if (field < 1 || tag > 0xffffffff)
      throw new DamagedError(`the field at byte ${start} has no valid number`);
    return { field, wire: tag % 8 };
  }

  /** Moves behind a field whose tag has been read. */
  skipField(wire: WireType, end: number): void {
    if (wire === WireType.Varint) this.varint();
    else if (wire === WireType.LengthDelimited) this.skip(this.length(end));
    else if (wire === WireType.Bit64 || wire === WireType.Bit32) this.skip(wire === WireType.Bit64 ? 8 : 4);
    else throw new DamagedError(`the field before byte ${this.position} is of no known kind`);
  }

  /** Moves on without reading. */
  skip(length: number): void {
    this.position += length;
  }

  /** Reads the length of a field that must end at `end` or before. */
  length(end: number): number {
    const start = this.position;
    const length = this.varint();
    if (this.position + length > end) {
      throw new DamagedError(`the field at byte ${start} should have ${length} bytes, and there are fewer`);
    }
    return length;
  }

  /** Reads a varint; exact up to 2^53, beyond that it is only known to be large. */
  varint(): number {
    const start = this.position;
    const at = this.#look(Math.min(MAX_VARINT_BYTES, this.#model.size - start));
    const end = Math.min(at + MAX_VARINT_BYTES, this.#view.length);
    let value = 0;
    let weight = 1;
    for (let i = at; i < end; i++) {
      const byte = this.#view[i]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        this.position = start + i - at + 1;
        return value;
      }
      weight *= 128;
    }
    throw new DamagedError(`it is cut short at byte ${start}`);
  }

  #bytes(length: number): Uint8Array {
    this.#count(length + 2);
    const at = this.#look(length);
    const bytes = this.#view.subarray(at, at + length);
    if (bytes.length < length) throw new DamagedError(`it is cut short at byte ${this.position}`);
    return bytes;
  }

  /** Where in `#view` the byte at the position lies, after `length` bytes from there on have come into view. */
  #look(length: number): number {
    const at = this.position - this.#viewStart;
    if (at >= 0 && at + length <= this.#view.length) return at;
    const rest = Math.max(0, this.#model.size - this.position);
    this.#view = this.#model.read(this.position, Math.min(rest, Math.max(length, VIEW_BYTES)));
    this.#viewStart = this.position;
    return 0;
  }

  #count(bytes: number): void {
    this.#written += bytes;
    if (this.#written > MAX_SKELETON_BYTES) {
      throw new DamagedError(`it has more than ${MAX_SKELETON_BYTES} bytes besides its tensors`);
    }
  }
}
