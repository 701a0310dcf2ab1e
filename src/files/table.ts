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

/** Writes the rows of one kind of file. */
export interface TableWriter {
  write(rows: readonly TableRow[]): void;
  /** Writes what stands behind the rows. */
  end?(): void;
}

/** Begins a file of one kind at a path. */
export type BeginTable = (path: string, columns: readonly Column[]) => TableWriter;
