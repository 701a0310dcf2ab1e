import { ClsaCimError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import { elements } from '../../network/tensor.ts';
import type { ModelBytes } from '../model-bytes.ts';
import type { WeightSource } from '../weight-source.ts';
import { type ElementFormat, elementFormats } from './element-formats.ts';
import { TypedNumbers } from './payload-numbers.ts';
import type { PayloadPlace, TensorData } from './tensor-data.ts';

/** Where values are read into. */
export type Values = Float32Array | Float64Array | Int32Array;

/** So much is read at a time where values are converted. */
const CHUNK_BYTES = 64 * 1024;

/** The field of TensorProto with bytes as they lie in memory. */
const RAW_DATA = 9;

const FLOAT = 1;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Bytes in which the values of a tensor lie one after the other. */
interface RawBytes {
  readonly bytes: ModelBytes;
  readonly offset: number;
  readonly length: number;
}

/** True where the values of a tensor are known, or should lie in a file. */
export function hasPayload(data: TensorData): boolean {
  if (elements(data.dims) === 0 || data.values !== undefined || data.fill !== undefined) return true;
  if (data.isSparse || data.external !== undefined) return true;
  return data.places?.some(({ length }) => length > 0) ?? false;
}

/**
 * Reads `count` values of a tensor from value `from` on, in row-major order, to the beginning of `into`. Of the files
 * nothing else is read, at most 1 MiB at a time, but for lists of numbers of several lengths (`int32_data`, `int64_data`,
 * `uint64_data`), which are read from their beginning.
 *
 * @throws ClsaCimError where the file has no such values, or one is too large for `into`.
 */
export function readPayload(
  data: TensorData,
  source: WeightSource,
  from: number,
  count: number,
  into: Values,
): void {
  const all = elements(data.dims);
  const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(count) && from >= 0 && count >= 0;
  if (!isRange || from + count > all || count > into.length) {
    throw new Error(`${count} values from ${from} on are asked of ${all}, with space for ${into.length}`);
  }
  if (count === 0) return;
  if (data.fill !== undefined) into.fill(data.fill, 0, count);
  else if (data.places === undefined && data.values !== undefined) {
    for (let i = 0; i < count; i++) put(data, into, i, data.values[from + i]!);
  } else readPlaces(data, source, from, count, into);
}

/**
 * Looks at where all tensors lie, and reads none of them.
 *
 * @throws ClsaCimError that names a tensor whose payload has not the bytes of its shape, lies beyond its file, or shares
 *   some bytes with another one in an external file. (To share all of them is how files hold weights that are tied.)
 */
export function checkPayloads(constants: Iterable<TensorData>, source: WeightSource): void {
  const ranges = new Map<ModelBytes, (RawBytes & { readonly data: TensorData })[]>();
  for (const data of constants) {
    if (!hasPayload(data) || data.fill !== undefined || elements(data.dims) === 0) continue;
    if (data.places === undefined && data.external === undefined) continue;
    const raw = rawBytes(data, source, formatOf(data));
    for (const place of data.places ?? []) checkPlace(data, place, source.model);
    if (data.external === undefined || raw === undefined) continue;
    const others = ranges.get(raw.bytes) ?? [];
    others.push({ ...raw, data });
    ranges.set(raw.bytes, others);
  }
  for (const file of ranges.values()) {
    file.sort((a, b) => a.offset - b.offset || a.length - b.length);
    file.forEach((range, i) => {
      const before = file[i - 1];
      if (before === undefined || before.offset + before.length <= range.offset) return;
      if (before.offset === range.offset && before.length === range.length) return;
      fail(range.data, `shares bytes of ${show(range.data.external?.location)} with ${nameOf(before.data)}`);
    });
  }
}

function readPlaces(data: TensorData, source: WeightSource, from: number, count: number, into: Values): void {
  const format = formatOf(data);
  const raw = rawBytes(data, source, format);
  if (raw !== undefined) readRaw(data, format, raw, from, count, into);
  else readNumbers(data, format, source.model, from, count, into);
}

function formatOf(data: TensorData): ElementFormat {
  if (data.isSparse) return fail(data, 'is sparse, and sparse tensors are not read; write it as a dense one');
  const format = elementFormats[data.dataType];
  if (format !== undefined) return format;
  return fail(data, `has element type ${data.dataType}, whose values are not read; convert it to floats`);
}

/** The bytes of a tensor that has some; undefined where its values lie in a field of their type. */
function rawBytes(data: TensorData, source: WeightSource, { bits }: ElementFormat): RawBytes | undefined {
  const raw = externalBytes(data, source) ?? embeddedBytes(data, source.model);
  if (raw === undefined) return undefined;
  const { offset, length, bytes } = raw;
  const isWithin = [offset, length].every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isWithin || offset + length > bytes.size) {
    const where = data.external === undefined ? 'the file' : show(data.external.location);
    fail(data, `has its values at byte ${offset}, ${length} bytes, and ${where} has ${bytes.size} bytes`);
  }
  const expected = Math.ceil((elements(data.dims) * bits) / 8);
  if (length === expected) return raw;
  return fail(
    data,
    `has ${length} bytes of values, and its shape [${data.dims.join(', ')}] needs ${expected}`,
  );
}

function externalBytes({ external, ...data }: TensorData, source: WeightSource): RawBytes | undefined {
  if (external === undefined) return undefined;
  const bytes = source.external(external.location);
  const [offset, length] = [digits(data, 'offset', external.offset), digits(data, 'length', external.length)];
  return { bytes, offset: offset ?? 0, length: length ?? bytes.size - (offset ?? 0) };
}

function digits(data: TensorData, key: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text);
  return fail(data, `lies in another file at ${key} ${show(text)}, which is no number of bytes`);
}

/** Where a field is there several times, the last one counts. */
function embeddedBytes({ places = [] }: TensorData, bytes: ModelBytes): RawBytes | undefined {
  const place = places.findLast(({ field }) => field === RAW_DATA);
  return place === undefined || place.length === 0 ? undefined : { ...place, bytes };
}

function readRaw(
  data: TensorData,
  format: ElementFormat,
  raw: RawBytes,
  from: number,
  count: number,
  into: Values,
): void {
  const { bytes, offset } = raw;
  if (data.dataType === FLOAT && into instanceof Float32Array && IS_LITTLE_ENDIAN) {
    copy(bytes, offset + 4 * from, new Uint8Array(into.buffer, into.byteOffset, 4 * count));
    return;
  }
  const perChunk = (8 * CHUNK_BYTES) / format.bits;
  for (let done = 0; done < count; ) {
    // Chunks begin with a byte, of which the first value may be the second half.
    const first = from + done;
    const skipped = format.bits === 4 ? first % 2 : 0;
    const size = Math.min(perChunk - skipped, count - done);
    const start = offset + ((first - skipped) * format.bits) / 8;
    const view = viewOf(bytes, start, Math.ceil(((size + skipped) * format.bits) / 8));
    for (let i = 0; i < size; i++) put(data, into, done + i, format.read(view, i + skipped));
    done += size;
  }
}

function copy(bytes: ModelBytes, offset: number, target: Uint8Array): void {
  if (bytes.readInto !== undefined) {
    bytes.readInto(target, offset);
    return;
  }
  for (let done = 0; done < target.length; done += CHUNK_BYTES) {
    const size = Math.min(CHUNK_BYTES, target.length - done);
    target.set(bytes.read(offset + done, size), done);
  }
}

function viewOf(bytes: ModelBytes, offset: number, length: number): DataView {
  const read = bytes.read(offset, length);
  if (read.length < length) throw new ClsaCimError(`the file ends before byte ${offset + length}`);
  return new DataView(read.buffer, read.byteOffset, length);
}

/** Values that lie in a field of their type. */
function readNumbers(
  data: TensorData,
  format: ElementFormat,
  bytes: ModelBytes,
  from: number,
  count: number,
  into: Values,
): void {
  const places = (data.places ?? []).filter(({ field }) => field === format.field);
  if (places.length === 0) fail(data, 'has no values in the file');
  for (const place of places) checkPlace(data, place, bytes);
  // A number of 4 bits shares its field with another one.
  const perNumber = format.bits === 4 ? 2 : 1;
  const numbers = new TypedNumbers(bytes, places);
  numbers.skip(Math.floor(from / perNumber));
  const one = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < count; i++) {
    const index = (from + i) % perNumber;
    if (i === 0 || index === 0) {
      if (!numbers.next(one)) {
        fail(data, `has fewer values than its shape [${data.dims.join(', ')}] needs`);
      }
    }
    put(data, into, i, format.read(one, index));
  }
}

function checkPlace(data: TensorData, { offset, length }: PayloadPlace, { size }: ModelBytes): void {
  const isPlace = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (isPlace && offset + length <= size) return;
  fail(data, `has its values at byte ${offset}, ${length} bytes, and the file has ${size} bytes`);
}

/** Integers are exact or refused. */
function put(data: TensorData, into: Values, index: number, value: number): void {
  if (into instanceof Int32Array && (value | 0) !== value) {
    fail(data, `has the value ${value}, which is no integer of 32 bits`);
  }
  into[index] = value;
}

function nameOf({ name }: TensorData): string {
  return name === '' ? 'a constant without a name' : `tensor ${show(name)}`;
}

function fail(data: TensorData, problem: string): never {
  throw new ClsaCimError(`${nameOf(data)} ${problem}`);
}
