import type { Encoding, Statistics } from 'hyparquet';
import { runsOf } from './parquet-runs.ts';
import type { ColumnType, Value } from './table.ts';

/** How a type of column is stored. */
export const PARQUET_TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const;

/** What a cell that is not empty stores. */
type StoredValue = string | number | boolean;

/** What rows store in a column. */
export interface StoredColumn {
  readonly type: ColumnType;
  /** Each once. */
  readonly values: readonly StoredValue[];
  /** By row that has a value its position in `values`. */
  readonly positions: Uint32Array;
  /** By row 1 for a value and 0 for none; undefined where all have one. */
  readonly isThere: Uint32Array | undefined;
}

/** The values of a page, and how they stand there. */
export interface PageValues {
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
  /** What positions refer to, where these are in the page. */
  readonly list?: Uint8Array;
}

/** Positions of more bits are not packed. */
const MOST_BITS = 24;
/** Bytes in front of a text: how many it has. */
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

/**
 * What a column of this type stores. An integer that is none, or does not fit, is not stored.
 *
 * @param codes By row the position of its value.
 */
export function storedColumn(codes: Uint32Array, values: readonly Value[], type: ColumnType): StoredColumn {
  const stored: StoredValue[] = [];
  /** By code its position and one; 0 for what is not stored. */
  const behind = Uint32Array.from(values, (value) => {
    const own = storedValue(value, type);
    return own === null ? 0 : stored.push(own);
  });
  if (stored.length === values.length) return { type, values: stored, positions: codes, isThere: undefined };
  const isThere = new Uint32Array(codes.length);
  const positions = new Uint32Array(codes.length);
  let count = 0;
  for (let row = 0; row < codes.length; row++) {
    const position = behind[codes[row]!]!;
    if (position === 0) continue;
    isThere[row] = 1;
    positions[count++] = position - 1;
  }
  return { type, values: stored, positions: positions.subarray(0, count), isThere };
}

function storedValue(value: Value, type: ColumnType): StoredValue | null {
  if (type === 'integer') return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 63 ? value : null;
  return value === null || type !== 'text' ? value : String(value);
}

/** The values of a page: positions in a list of different values where that halves it at least, else value after value. */
export function pageValues({ type, values, positions }: StoredColumn): PageValues {
  if (type === 'boolean') return { encoding: 'RLE', bytes: flags(values, positions) };
  const list = type === 'text' ? texts(values) : numbers(values, type);
  const bits = Math.ceil(Math.log2(values.length));
  const listed = list.length + Math.ceil((positions.length * bits) / 8);
  if (positions.length > 0 && bits <= MOST_BITS && 2 * listed <= plainSize({ type, values, positions })) {
    const packed = runsOf(positions, bits);
    const bytes = new Uint8Array(1 + packed.length);
    bytes[0] = bits;
    bytes.set(packed, 1);
    return { encoding: 'RLE_DICTIONARY', bytes, list };
  }
  return {
    encoding: 'PLAIN',
    bytes: type === 'text' ? texts(allOf(values, positions)) : gathered(list, positions),
  };
}

function allOf(values: readonly StoredValue[], positions: Uint32Array): StoredValue[] {
  return Array.from(positions, (position) => values[position]!);
}

/** Bytes of all values one after the other. */
function plainSize({ type, values, positions }: Pick<StoredColumn, 'type' | 'values' | 'positions'>): number {
  if (type !== 'text') return positions.length * NUMBER_BYTES;
  const sizes = values.map((value) => LENGTH_BYTES + Buffer.byteLength(String(value)));
  return positions.reduce((sum, position) => sum + sizes[position]!, 0);
}

function numbers(values: readonly StoredValue[], type: ColumnType): Uint8Array {
  const bytes = new Uint8Array(values.length * NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (type === 'integer') view.setBigInt64(i * NUMBER_BYTES, BigInt(values[i]!), true);
    else view.setFloat64(i * NUMBER_BYTES, Number(values[i]), true);
  }
  return bytes;
}

/** Of a list of numbers those at some positions. */
function gathered(list: Uint8Array, positions: Uint32Array): Uint8Array {
  const halves = new Uint32Array(list.buffer);
  const own = new Uint32Array(2 * positions.length);
  for (let i = 0; i < positions.length; i++) {
    own[2 * i] = halves[2 * positions[i]!]!;
    own[2 * i + 1] = halves[2 * positions[i]! + 1]!;
  }
  return new Uint8Array(own.buffer);
}

function texts(values: readonly StoredValue[]): Uint8Array {
  const bytes = values.map((value) => Buffer.from(String(value)));
  const all = Buffer.alloc(bytes.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const text of bytes) {
    at = all.writeUInt32LE(text.length, at);
    at += text.copy(all, at);
  }
  return all;
}

function flags(values: readonly StoredValue[], positions: Uint32Array): Uint8Array {
  const runs = runsOf(
    positions.map((position) => Number(values[position]!)),
    1,
  );
  const bytes = Buffer.alloc(LENGTH_BYTES + runs.length);
  bytes.writeUInt32LE(runs.length);
  bytes.set(runs, LENGTH_BYTES);
  return bytes;
}

/** What readers look at to pass over rows: the ends of the values, and how many rows have none. */
export function statisticsOf({ type, values, positions }: StoredColumn, rows: number): Statistics {
  const isLess = type === 'text' ? isLessText : (a: StoredValue, b: StoredValue) => a < b;
  let least: StoredValue | undefined;
  let most: StoredValue | undefined;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (least === undefined || isLess(value, least)) least = value;
    if (most === undefined || isLess(most, value)) most = value;
  }
  const null_count = BigInt(rows - positions.length);
  if (least === undefined || most === undefined) return { null_count };
  if (type !== 'integer') return { min_value: zeroOf(least, -0), max_value: zeroOf(most, 0), null_count };
  return { min_value: BigInt(least), max_value: BigInt(most), null_count };
}

/** Text is in the order of its bytes. */
function isLessText(a: StoredValue, b: StoredValue): boolean {
  return a !== b && Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))) < 0;
}

/** Both zeros are between the ends, where one of these is a zero. */
function zeroOf(value: StoredValue, zero: number): StoredValue {
  return value === 0 ? zero : value;
}
