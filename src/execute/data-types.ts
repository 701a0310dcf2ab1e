/** Numbers of TensorProto.DataType, as far as operators of execution tell them apart. */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const UINT16 = 4;
export const INT16 = 5;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;
export const FLOAT16 = 10;
export const DOUBLE = 11;
export const UINT32 = 12;
export const UINT64 = 13;
export const BFLOAT16 = 16;
export const UINT4 = 21;
export const INT4 = 22;

const integers = new Set([UINT8, INT8, UINT16, INT16, INT32, INT64, BOOL, UINT32, UINT64, UINT4, INT4]);
const wide = new Set([INT64, UINT32, UINT64]);

/** The greatest float of 32 bits. */
const GREATEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;
/** The greatest ones of types with fewer. */
const GREATEST_FLOATS: ReadonlyMap<number, number> = new Map([
  [FLOAT16, 65504],
  [BFLOAT16, (2 - 2 ** -7) * 2 ** 127],
]);

/** Integers of doubles are exact up to this, on either side of 0. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** True for types of integers. */
export function isInteger(dataType: number): boolean {
  return integers.has(dataType);
}

/** True for types of integers that 32 bits with a sign do not hold: they are stored as doubles. */
export function isWide(dataType: number): boolean {
  return wide.has(dataType);
}

/** The least and the greatest value of a type of integers that is exact. */
export function rangeOf(dataType: number): readonly [number, number] {
  switch (dataType) {
    case UINT8:
      return [0, 255];
    case INT8:
      return [-128, 127];
    case UINT16:
      return [0, 65535];
    case INT16:
      return [-32768, 32767];
    case BOOL:
      return [0, 1];
    case UINT4:
      return [0, 15];
    case INT4:
      return [-8, 7];
    case UINT32:
      return [0, 2 ** 32 - 1];
    case INT64:
      return [-EXACT, EXACT];
    case UINT64:
      return [0, EXACT];
    default:
      return [-(2 ** 31), 2 ** 31 - 1];
  }
}

/** The least and the greatest finite value of a type of floats; those of 64 bits are stored in 32. */
export function rangeOfFloats(dataType: number): readonly [number, number] {
  const greatest = GREATEST_FLOATS.get(dataType) ?? GREATEST_FLOAT;
  return [-greatest, greatest];
}

/** True for the least and the greatest value of 64 bits, as doubles: files mean no limit by them. */
export function isLimit(value: number): boolean {
  return value === 2 ** 63 || value === -(2 ** 63) || value === 2 ** 64;
}
