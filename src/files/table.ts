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

/** Makes of rows, one after the other, what stands in a file. */
export interface RowEncoder {
  /** Takes in a row, which is not looked at again. */
  add(row: TableRow): void;
  /** All rows that were added; the last that is asked of it. */
  end(): EncodedRows;
}

/** One kind of file. */
export interface TableKind {
  /** Begins rows of a table with these columns. */
  encoder(columns: readonly Column[]): RowEncoder;
  /** Begins a file at a path. */
  begin(path: string, columns: readonly Column[]): TableWriter;
}
