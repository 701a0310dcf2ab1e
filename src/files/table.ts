/** The value of a column in one row of a table; null for none. */
export type Value = string | number | boolean | null;

/** What a column of a table holds. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean';

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** True where every row has a value. */
  readonly isRequired?: boolean;
}

/** Values of all columns, in their order. */
export type TableRow = readonly Value[];

/**
 * Rows by their columns, each of which has each of its values once, since many rows of a table say the same. Plain data, so that
 * it can be sent to another thread.
 */
export interface CodedRows {
  /** Rows. */
  readonly length: number;
  /** Column after column, by row the position of its value among those of the column. */
  readonly codes: Uint32Array;
  /** By column its values. */
  readonly values: readonly (readonly Value[])[];
}

/** Rows as they stand in one kind of file. Plain data: another thread than that of the file may make it. */
export interface EncodedRows {
  readonly bytes: Uint8Array;
  /** What the end of the file has to say of them. */
  readonly index?: unknown;
}

/** Writes one file. */
export interface TableWriter {
  write(rows: EncodedRows): void;
  /** Writes what stands behind the rows. */
  end?(): void;
}

/** One kind of file. */
export interface TableKind {
  /** Makes of rows what stands in a file. */
  encode(columns: readonly Column[], rows: CodedRows): EncodedRows;
  /** Begins a file at a path. */
  begin(path: string, columns: readonly Column[]): TableWriter;
}
