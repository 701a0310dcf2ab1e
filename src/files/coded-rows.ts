import type { CodedRows, TableRow, Value } from './table.ts';

/** Takes in rows one after the other. */
export class RowCoder {
  readonly #rows: number;
  readonly #codes: Uint32Array;
  /** By column and value its position, in their order. */
  readonly #codeOf: readonly Map<Value, number>[];
  /** By column what the row before has. */
  readonly #last: (Value | undefined)[];
  readonly #lastCodes: Uint32Array;
  #length = 0;

  /** @param rows So many are added. */
  constructor(columns: number, rows: number) {
    this.#rows = rows;
    this.#codes = new Uint32Array(columns * rows);
    this.#codeOf = Array.from({ length: columns }, () => new Map());
    this.#last = this.#codeOf.map(() => undefined);
    this.#lastCodes = new Uint32Array(columns);
  }

  /** Adds a row, which is not looked at again. */
  add(row: TableRow): void {
    let at = this.#length++;
    for (let column = 0; column < this.#last.length; column++) {
      const value = row[column] ?? null;
      // Most rows have what the one before has.
      if (value !== this.#last[column]) {
        this.#last[column] = value;
        this.#lastCodes[column] = codeFor(this.#codeOf[column]!, value);
      }
      this.#codes[at] = this.#lastCodes[column]!;
      at += this.#rows;
    }
  }

  /** All rows; the last that is asked of it. */
  end(): CodedRows {
    return {
      length: this.#rows,
      codes: this.#codes,
      values: this.#codeOf.map((codeOf) => [...codeOf.keys()]),
    };
  }
}

/** Rows with so many columns. */
export function codedRows(rows: readonly TableRow[], columns: number): CodedRows {
  const coder = new RowCoder(columns, rows.length);
  for (const row of rows) coder.add(row);
  return coder.end();
}

/** By row what it has in a column. */
export function codesOf({ codes, length }: CodedRows, column: number): Uint32Array {
  return codes.subarray(column * length, (column + 1) * length);
}

/** The row at a position. */
export function rowAt({ codes, length, values }: CodedRows, position: number): Value[] {
  return values.map((own, column) => own[codes[column * length + position]!]!);
}

/** Those of some columns. */
export function pickColumns(rows: CodedRows, columns: readonly number[]): CodedRows {
  const { length } = rows;
  const codes = new Uint32Array(columns.length * length);
  columns.forEach((column, i) => {
    codes.set(codesOf(rows, column), i * length);
  });
  return { length, codes, values: columns.map((column) => rows.values[column]!) };
}

/** Those at some positions. */
export function pickRows(rows: CodedRows, positions: Uint32Array): CodedRows {
  const { length } = positions;
  const codes = new Uint32Array(rows.values.length * length);
  const values = rows.values.map((all, column): Value[] => {
    const own = codesOf(rows, column);
    const picked: Value[] = [];
    /** By code the one among those that are picked, and one; 0 for what is not. */
    const behind = new Uint32Array(all.length);
    for (let i = 0; i < length; i++) {
      const code = own[positions[i]!]!;
      if (behind[code] === 0) behind[code] = picked.push(all[code]!);
      codes[column * length + i] = behind[code]! - 1;
    }
    return picked;
  });
  return { length, codes, values };
}

/** Rows behind each other. */
export function joinCoded(parts: readonly CodedRows[]): CodedRows {
  if (parts.length === 1) return parts[0]!;
  const columns = parts[0]?.values.length ?? 0;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const codes = new Uint32Array(columns * length);
  const values = Array.from({ length: columns }, (_, column): Value[] => {
    const codeOf = new Map<Value, number>();
    let at = column * length;
    for (const part of parts) {
      const known = Uint32Array.from(part.values[column]!, (value) => codeFor(codeOf, value));
      recode(codesOf(part, column), known, codes, at);
      at += part.length;
    }
    return [...codeOf.keys()];
  });
  return { length, codes, values };
}

function recode(codes: Uint32Array, known: Uint32Array, target: Uint32Array, start: number): void {
  for (let i = 0; i < codes.length; i++) target[start + i] = known[codes[i]!]!;
}

/** The position of a value among those of its column, behind all others where it is a new one. */
function codeFor(codeOf: Map<Value, number>, value: Value): number {
  const code = codeOf.get(value) ?? codeOf.size;
  if (code === codeOf.size) codeOf.set(value, code);
  return code;
}
