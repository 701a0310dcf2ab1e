import { codedRows } from './coded-rows.ts';
import { csv } from './csv.ts';
import { jsonLines } from './json-lines.ts';
import { parquet } from './parquet.ts';
import { writing } from './system-errors.ts';
import type { CodedRows, Column, EncodedRows, TableKind, TableRow, TableWriter } from './table.ts';
import { Draft } from './whole-file.ts';

/** How the kinds of files are written, by their endings. Libraries are loaded when they are needed. */
const formats: Readonly<Record<TableFormat, () => TableKind | Promise<TableKind>>> = {
  '.jsonl': jsonLines,
  '.csv': csv,
  '.parquet': parquet,
};

/** A kind of file for tables, as its name ends. */
export type TableFormat = '.jsonl' | '.csv' | '.parquet';

/** All kinds of files for tables. */
export const TABLE_FORMATS: readonly string[] = Object.keys(formats);

/** True for the ending of a kind of file for tables, in small letters. */
export function isTableFormat(ending: string): ending is TableFormat {
  return Object.hasOwn(formats, ending);
}

/** Makes of rows what stands in a file of this kind, for {@link TableFile.append}. */
export async function encodeRows(
  format: TableFormat,
  columns: readonly Column[],
  rows: CodedRows,
): Promise<EncodedRows> {
  return (await formats[format]()).encode(columns, rows);
}

/** A table that is written chunk by chunk, and appears as a file when it is complete. */
export class TableFile {
  readonly #path: string;
  readonly #draft: Draft;
  readonly #kind: TableKind;
  readonly #columns: readonly Column[];
  readonly #writer: TableWriter;

  private constructor(path: string, draft: Draft, kind: TableKind, columns: readonly Column[]) {
    this.#path = path;
    this.#draft = draft;
    this.#kind = kind;
    this.#columns = columns;
    this.#writer = writing(path, () => kind.begin(draft.path, columns));
  }

  /**
   * Begins a table.
   *
   * @throws ClsaCimError of code `CANNOT_WRITE`, as {@link write}, {@link append} and {@link finish} do.
   */
  static async begin(path: string, format: TableFormat, columns: readonly Column[]): Promise<TableFile> {
    const kind = await formats[format]();
    const draft = new Draft(path);
    try {
      return new TableFile(path, draft, kind, columns);
    } catch (error) {
      draft.drop();
      throw error;
    }
  }

  /** Writes rows behind those before: one row group of a Parquet file. */
  write(rows: readonly TableRow[]): void {
    this.append(this.#kind.encode(this.#columns, codedRows(rows, this.#columns.length)));
  }

  /** Writes what {@link encodeRows} has made of rows with the same columns. */
  append(rows: EncodedRows): void {
    writing(this.#path, () => this.#writer.write(rows));
  }

  /** Puts the finished file in its place. */
  finish(): void {
    writing(this.#path, () => {
      this.#writer.end?.();
      this.#draft.keep();
    });
  }

  /** Leaves nothing behind, where it is not finished. */
  drop(): void {
    this.#draft.drop();
  }
}
