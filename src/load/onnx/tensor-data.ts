import { elements } from '../../network/tensor.ts';

/** Values of constants are looked at up to this many; shapes, axes and indices have far fewer. */
export const MAX_VALUES = 4096;

/** Of floats only the scales of a resize and the like decide about a shape. */
const MAX_FLOATS = 64;

/** True where the values of a constant may be looked at: not those of weights. */
export function mayDecide(count: number, type: ElementType | undefined): boolean {
  return count <= (type === 'integer' ? MAX_VALUES : MAX_FLOATS);
}

/** As much as shape arithmetic has to know of an element type: how results are rounded. */
export type ElementType = 'integer' | 'float32' | 'float64';

/** TensorProto.DataType by number: how a value looks in memory (`raw_data`, little-endian). */
interface DataType {
  readonly type: ElementType;
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

const dataTypes: Readonly<Record<number, DataType>> = {
  1: { type: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  2: { type: 'integer', bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { type: 'integer', bytes: 1, read: (view, at) => view.getInt8(at) },
  4: { type: 'integer', bytes: 2, read: (view, at) => view.getUint16(at, true) },
  5: { type: 'integer', bytes: 2, read: (view, at) => view.getInt16(at, true) },
  6: { type: 'integer', bytes: 4, read: (view, at) => view.getInt32(at, true) },
  7: { type: 'integer', bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  9: { type: 'integer', bytes: 1, read: (view, at) => view.getUint8(at) },
  10: { type: 'float32', bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  11: { type: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  12: { type: 'integer', bytes: 4, read: (view, at) => view.getUint32(at, true) },
  13: { type: 'integer', bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  16: { type: 'float32', bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
};

/** Numbers of TensorProto.DataType that this file needs by name. */
const FLOAT16 = 10;
const BFLOAT16 = 16;

/** The kind of an element type, by its number in the file; strings and 4- and 8-bit floats have none. */
export function elementType(dataType: number): ElementType | undefined {
  return dataTypes[dataType]?.type;
}

/** True for the integer types of the file; token ids are of one. Booleans are none. */
export function isIntegerType(dataType: number): boolean {
  return dataTypes[dataType]?.type === 'integer' && dataType !== 9;
}

/** The bits of a half-precision number as a number. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The bits of a brain floating point number (the upper half of a float) as a number. */
export function bfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits * 0x10000);
  return view.getFloat32(0);
}

/** Where a part of a tensor's payload lies in the file of the model. */
export interface PayloadPlace {
  /** The field of TensorProto that it is. */
  readonly field: number;
  /** Bytes in front of it. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** True for numbers that have a tag each; false for those of one field, one after the other. */
  readonly isTagged: boolean;
}

/** Where a tensor's payload lies in another file, as the model says: nothing of it has been checked. */
export interface ExternalPlace {
  /** Path of the file, from the folder of the model. */
  readonly location: string;
  /** Bytes in front of it, in digits; 0 where it is absent. */
  readonly offset?: string;
  /** Bytes, in digits; to the end of the file where it is absent. */
  readonly length?: string;
}

/** A TensorProto, with its values where it is small and they lie in the file. */
export interface TensorData {
  readonly name: string;
  readonly dims: readonly number[];
  /** TensorProto.DataType. */
  readonly dataType: number;
  readonly values?: readonly number[];
  /** Every value is this one, however many there are (`ConstantOfShape`). */
  readonly fill?: number;
  /** Where its values lie in the file of the model; only in programs. */
  readonly places?: readonly PayloadPlace[];
  /** Where they lie in another file; only in programs. */
  readonly external?: ExternalPlace;
  /** True for a sparse tensor, whose values are not known. */
  readonly isSparse?: true;
}

/** A TensorProto's payload as it lies in the file: `raw` bytes, or numbers in a field of their type. */
export interface Payload {
  readonly raw?: Uint8Array;
  readonly numbers: readonly number[];
}

/** The values of a tensor, or undefined where there are too many, none in the file, or of another type. */
export function payloadValues(
  dims: readonly number[],
  dataType: number,
  payload: Payload,
): readonly number[] | undefined {
  const count = elements(dims);
  const type = dataTypes[dataType];
  if (!mayDecide(count, type?.type)) return undefined;
  if (count === 0) return [];
  if (type === undefined) return undefined;
  const { raw, numbers } = payload;
  if (raw !== undefined && raw.length > 0) {
    if (raw.length !== count * type.bytes) return undefined;
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return Array.from({ length: count }, (_, i) => type.read(view, i * type.bytes));
  }
  if (numbers.length !== count) return undefined;
  // int32_data holds the bits of half-precision numbers.
  if (dataType === FLOAT16) return numbers.map(float16);
  if (dataType === BFLOAT16) return numbers.map(bfloat16);
  return numbers;
}
