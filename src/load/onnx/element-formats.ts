import { bfloat16, float16 } from './tensor-data.ts';

/** How the values of an element type lie in a file. */
export interface ElementFormat {
  /** Bits of a value in `raw_data` and in other files. */
  readonly bits: number;
  /** The field of TensorProto that holds its values where `raw_data` does not. */
  readonly field: number;
  /** Value `index` of some bytes as they lie in `raw_data`. */
  readonly read: (view: DataView, index: number) => number;
}

// Fields of TensorProto.
const FLOAT_DATA = 4;
const INT32_DATA = 5;
const INT64_DATA = 7;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;

/** A floating-point format below 16 bits; `special` are the values that do not follow the rule. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly special: Readonly<Record<number, number>>;
}

/** All values of a small format, by their bits. */
function valuesOf({ exponentBits, mantissaBits, bias, special }: SmallFloat): Float32Array {
  const magnitudes = 2 ** (exponentBits + mantissaBits);
  return Float32Array.from({ length: 2 * magnitudes }, (_, bits) => {
    const known = special[bits];
    if (known !== undefined) return known;
    const exponent = (bits % magnitudes) >> mantissaBits;
    const fraction = (bits % 2 ** mantissaBits) / 2 ** mantissaBits;
    const sign = bits < magnitudes ? 1 : -1;
    return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
  });
}

const { NaN: NO_NUMBER, POSITIVE_INFINITY: INFINITE } = Number;
const nan = (...bits: readonly number[]) => Object.fromEntries(bits.map((each) => [each, NO_NUMBER]));

const e4m3fn = valuesOf({ exponentBits: 4, mantissaBits: 3, bias: 7, special: nan(0x7f, 0xff) });
const e4m3fnuz = valuesOf({ exponentBits: 4, mantissaBits: 3, bias: 8, special: nan(0x80) });
const e5m2fnuz = valuesOf({ exponentBits: 5, mantissaBits: 2, bias: 16, special: nan(0x80) });
const e5m2 = valuesOf({
  exponentBits: 5,
  mantissaBits: 2,
  bias: 15,
  special: { ...nan(0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff), 124: INFINITE, 252: -INFINITE },
});
const e2m1 = valuesOf({ exponentBits: 2, mantissaBits: 1, bias: 1, special: {} });

/** The half of a byte that a value of 4 bits is: the lower one comes first. */
function nibble(view: DataView, index: number): number {
  const byte = view.getUint8(index >> 1);
  return index % 2 === 0 ? byte & 0xf : byte >> 4;
}

/** A type of 8 bits whose values stand in a table. */
function eightBits(values: Float32Array): ElementFormat {
  return { bits: 8, field: INT32_DATA, read: (view, i) => values[view.getUint8(i)]! };
}

/** By number of TensorProto.DataType. Complex numbers and texts have none. */
export const elementFormats: Readonly<Record<number, ElementFormat>> = {
  1: { bits: 32, field: FLOAT_DATA, read: (view, i) => view.getFloat32(4 * i, true) },
  2: { bits: 8, field: INT32_DATA, read: (view, i) => view.getUint8(i) },
  3: { bits: 8, field: INT32_DATA, read: (view, i) => view.getInt8(i) },
  4: { bits: 16, field: INT32_DATA, read: (view, i) => view.getUint16(2 * i, true) },
  5: { bits: 16, field: INT32_DATA, read: (view, i) => view.getInt16(2 * i, true) },
  6: { bits: 32, field: INT32_DATA, read: (view, i) => view.getInt32(4 * i, true) },
  7: { bits: 64, field: INT64_DATA, read: (view, i) => Number(view.getBigInt64(8 * i, true)) },
  9: { bits: 8, field: INT32_DATA, read: (view, i) => view.getUint8(i) },
  10: { bits: 16, field: INT32_DATA, read: (view, i) => float16(view.getUint16(2 * i, true)) },
  11: { bits: 64, field: DOUBLE_DATA, read: (view, i) => view.getFloat64(8 * i, true) },
  12: { bits: 32, field: UINT64_DATA, read: (view, i) => view.getUint32(4 * i, true) },
  13: { bits: 64, field: UINT64_DATA, read: (view, i) => Number(view.getBigUint64(8 * i, true)) },
  16: { bits: 16, field: INT32_DATA, read: (view, i) => bfloat16(view.getUint16(2 * i, true)) },
  17: eightBits(e4m3fn),
  18: eightBits(e4m3fnuz),
  19: eightBits(e5m2),
  20: eightBits(e5m2fnuz),
  21: { bits: 4, field: INT32_DATA, read: nibble },
  22: { bits: 4, field: INT32_DATA, read: (view, i) => (nibble(view, i) << 28) >> 28 },
  23: { bits: 4, field: INT32_DATA, read: (view, i) => e2m1[nibble(view, i)]! },
};
