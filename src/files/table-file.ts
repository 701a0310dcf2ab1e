import { csv } from './csv.ts';
import { jsonLines } from './json-lines.ts';
import { parquet } from './parquet.ts';
import { writing } from './system-errors.ts';
import type { BeginTable, Column, TableRow, TableWriter } from './table.ts';
import { Draft } from './whole-file.ts';

/** How the kinds of files are written, by their endings. Libraries are loaded when they are needed. */
const formats: Readonly<Record<TableFormat, () => BeginTable | Promise<BeginTable>>> = {
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

/** A table that is written chunk by chunk, and appears as a file when it is complete. */
export class TableFile {
  readonly #path: string;
  readonly #draft: Draft;
  readonly #writer: TableWriter;

  private constructor(path: string, draft: Draft, writer: TableWriter) {
    this.#path = path;
    this.#draft = draft;
    this.#writer = writer;
  }

  /**
   * Begins a table.
   *
   * @throws ClsaCimError of code `CANNOT_WRITE`, as {@link write} and {@link finish} do.
   */
  static async begin(path: string, format: TableFormat, columns: readonly Column[]): Promise<TableFile> {
    const begin = await formats[format]();
    const draft = new Draft(path);
    try {
      return new TableFile(
        path,
        draft,
        writing(path, () => begin(draft.path, columns)),
      );
    } catch (error) {
      draft.drop();
      throw error;
    }
  }

  /** Writes rows behind those before: one row group of a Parquet file. */
  write(rows: readonly TableRow[]): void {
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
