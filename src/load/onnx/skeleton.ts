import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ModelBytes } from '../model-bytes.ts';
import { DamagedError, FieldWalker } from './field-walker.ts';
import { MAX_VALUES } from './tensor-data.ts';

/** Payloads longer than this hold more values than are ever looked at. */
const MAX_PAYLOAD_BYTES = 8 * MAX_VALUES;

/** Other fields longer than this are embedded engines or documentation, nothing that a schedule needs. */
const MAX_FIELD_BYTES = 1 << 20;

/** In shorter messages nothing is too long, and nothing nested too deep. */
const MAX_WHOLE_BYTES = 1024;

/** Not more is copied together than a field and this. */
const MAX_COPIED_BYTES = 1 << 16;

/** No real model has nearly as much besides its tensors; more would fill the memory. */
const MAX_SKELETON_BYTES = 1 << 28;

/** What a message takes besides its fields, and what is noted of a payload, at most. */
const MESSAGE_BYTES = 10;
const PLACE_BYTES = 26;

/** Deeper nesting than any real model's graphs in attributes of nodes of graphs. */
const MAX_DEPTH = 100;

/**
 * The field of a tensor in a skeleton that says where its payloads lie in the file: for each the field that it is, its
 * offset, its bytes, and 1 where it has a tag in front of every number. No version of onnx.proto has a field of this
 * number, and one of the file is dropped where places are noted; without, nobody looks at it.
 */
export const PLACES_FIELD = 1000;

/** What is known of a message type: the fields that are messages with tensors in them, and the payloads. */
interface MessageType {
  readonly messages: Readonly<Record<number, () => MessageType>>;
  /** Fields with the values of a tensor. */
  readonly payloads?: readonly number[];
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
const tensor: MessageType = { messages: {}, payloads: [4, 5, 6, 7, 9, 10, 11] };
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
};
const node: MessageType = { messages: { 5: () => attribute } };
const graph: MessageType = { messages: { 1: () => node, 5: () => tensor, 15: () => sparseTensor } };
const functionType: MessageType = { messages: { 7: () => node, 11: () => attribute } };
const model: MessageType = { messages: { 7: () => graph, 25: () => functionType } };

/**
 * The bytes of a ModelProto without the payloads of its large tensors, which are neither read nor copied:
 * a small ModelProto whose large tensors have their name, type and dimensions only.
 *
 * @param isForProgram Say also where all payloads lie ({@link PLACES_FIELD}). Every
 *   field is looked at then; without, short messages are copied as they are.
 * @throws DamagedError where what is looked at is no protobuf, is cut short, or is hostile.
 */
export function skeleton(bytes: ModelBytes, isForProgram = false): Uint8Array {
  const copier = new Copier(bytes, isForProgram);
  copier.message(model, bytes.size, 0);
  return copier.finish();
}

/** Copies messages without what is too long. Fields that stay as they are, one behind the other, are copied together. */
class Copier {
  readonly #walker: FieldWalker;
  readonly #writer = new BinaryWriter();
  readonly #isForProgram: boolean;
  /** The first byte that is to be copied and is not yet. */
  #copied = 0;
  #written = 0;

  constructor(bytes: ModelBytes, isForProgram: boolean) {
    this.#walker = new FieldWalker(bytes);
    this.#isForProgram = isForProgram;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  /** Copies the message that ends at `end`, without its payloads. */
  message(type: MessageType, end: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new DamagedError(`its graphs are nested more than ${MAX_DEPTH} deep`);
    const walker = this.#walker;
    const places: Place[] = [];
    this.#copied = walker.position;
    while (walker.position < end) {
      const start = walker.position;
      const tag = walker.tag();
      const field = tag >>> 3;
      const wire: WireType = tag % 8;
      const inner = wire === WireType.LengthDelimited ? type.messages[field] : undefined;
      if (inner !== undefined) this.#inner(field, inner(), start, end, depth);
      else this.#field(type, field, wire, start, end, places);
      if (walker.position - this.#copied > MAX_COPIED_BYTES) this.#copyUpTo(walker.position);
    }
    if (walker.position > end) throw new DamagedError(`a field at byte ${end} is longer than what holds it`);
    this.#copyUpTo(end);
    this.#writePlaces(places);
  }

  /** A field that begins at `start`, and is a message with tensors in it. */
  #inner(field: number, type: MessageType, start: number, end: number, depth: number): void {
    const length = this.#walker.length(end);
    if (length <= MAX_WHOLE_BYTES && !this.#isForProgram) {
      this.#walker.skip(length);
      return;
    }
    this.#copyUpTo(start);
    this.#count(MESSAGE_BYTES);
    this.#writer.tag(field, WireType.LengthDelimited).fork();
    this.message(type, this.#walker.position + length, depth + 1);
    this.#writer.join();
    this.#copied = this.#walker.position;
  }

  /** Any other field. */
  #field(
    type: MessageType,
    field: number,
    wire: WireType,
    start: number,
    end: number,
    places: Place[],
  ): void {
    const walker = this.#walker;
    const isPayload = type.payloads?.includes(field) === true;
    let length = 0;
    if (wire === WireType.LengthDelimited) {
      length = walker.length(end);
      walker.skip(length);
    } else {
      walker.skipField(wire, end);
      if (walker.position > end) throw new DamagedError(`it is cut short at byte ${start}`);
    }
    if (length > (isPayload ? MAX_PAYLOAD_BYTES : MAX_FIELD_BYTES) || isPlaces(type, field)) {
      this.#copyUpTo(start);
      this.#copied = walker.position;
    }
    if (!isPayload || !this.#isForProgram) return;
    if (wire !== WireType.LengthDelimited) placeNumber(places, field, start, walker.position);
    else places.push({ field, offset: walker.position - length, length, isTagged: false });
  }

  /** Copies what is to be copied of the bytes before `end`. */
  #copyUpTo(end: number): void {
    if (end > this.#copied) {
      this.#count(end - this.#copied);
      this.#writer.raw(this.#walker.bytesBetween(this.#copied, end));
    }
    this.#copied = end;
  }

  #writePlaces(places: readonly Place[]): void {
    if (places.length === 0) return;
    this.#count(MESSAGE_BYTES + PLACE_BYTES * places.length);
    this.#writer.tag(PLACES_FIELD, WireType.LengthDelimited).fork();
    for (const { field, offset, length, isTagged } of places) {
      this.#writer.uint32(field).uint64(offset).uint64(length).bool(isTagged);
    }
    this.#writer.join();
  }

  /** So many bytes more are to be written. */
  #count(bytes: number): void {
    this.#written += bytes;
    if (this.#written > MAX_SKELETON_BYTES) {
      throw new DamagedError(`it has more than ${MAX_SKELETON_BYTES} bytes besides its tensors`);
    }
  }
}

/** True for a field of the file's own that would be taken for ours. */
function isPlaces(type: MessageType, field: number): boolean {
  return field === PLACES_FIELD && type.payloads !== undefined;
}

/** Notes a number with its tag, from `start` to `end`. */
function placeNumber(places: Place[], field: number, start: number, end: number): void {
  const last = places.at(-1);
  const goesOn = last?.isTagged && last.field === field && last.offset + last.length === start;
  if (goesOn) last.length = end - last.offset;
  else places.push({ field, offset: start, length: end - start, isTagged: true });
}
