import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { csvField } from '../input/show.ts';
import { onFile } from './files.ts';
import type { Column } from './plan.ts';
import type { Value, Values } from './point.ts';

/** Values of all columns, in their order. */
export type TableRow = readonly Value[];

/** Rows of one row group of the Parquet file, and of one piece of the CSV file. */
export const CHUNK_ROWS = 16_384;

/** Writes rows of a table, chunk by chunk. */
export interface TableWriter {
  write(rows: readonly TableRow[]): void;
  /** Puts the finished file in its place. */
  finish(): void;
  /** Leaves nothing behind. */
  drop(): void;
}

/**
 * A row: what parameters say, over it the results, since these are named as in `--json`, and the names that a sweep gives;
 * {@link markedRow} says whether it is on the front.
 */
export function tableRow(
  columns: readonly Column[],
  parameters: Values,
  results: Values,
  error: string | undefined,
): TableRow {
  const { model = null, architecture = null } = parameters;
  const values: Values = { ...parameters, ...results, model, architecture, error: error ?? null };
  return columns.map(({ name }) => values[name] ?? null);
}

/** A row that says whether its point is on the Pareto front of its model. */
export function markedRow(columns: readonly Column[], row: TableRow, isOnFront: boolean): TableRow {
  return row.with(
    columns.findIndex(({ name }) => name === 'pareto'),
    isOnFront,
  );
}

/** @throws ClsaCimError where the file cannot be written. */
export async function csvTable(path: string, columns: readonly Column[]): Promise<TableWriter> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  return partial(path, (draft) => {
    const file = openSync(draft, 'w');
    // On an open file, writeFileSync goes on where the last one ended; unlike writeSync it never stops halfway.
    writeFileSync(file, stringify([columns.map(({ name }) => name)], { cast }));
    return {
      write: (rows) => writeFileSync(file, stringify([...rows], { cast })),
      finish: () => fsyncSync(file),
      close: () => closeSync(file),
    };
  });
}

/** How a type of column is stored in Parquet. */
const PARQUET_TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const;

/** @throws ClsaCimError where the file cannot be written. */
export async function parquetTable(path: string, columns: readonly Column[]): Promise<TableWriter> {
  const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
  return partial(path, (draft) => {
    const writer = new ParquetWriter({
      writer: fileWriter(draft),
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.map(({ name, type }) => ({
          name,
          ...PARQUET_TYPES[type],
          repetition_type: 'OPTIONAL' as const,
        })),
      ],
    });
    return {
      write: (rows) =>
        void writer.write({
          rowGroupSize: rows.length,
          columnData: columns.map(({ name, type }, i) => ({
            name,
            data: rows.map((row) => stored(row[i]!, type)),
          })),
        }),
      finish: () => void writer.finish(),
      close: () => {},
    };
  });
}

function stored(value: Value, type: Column['type']): Value | bigint {
  if (value === null) return null;
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
  return type === 'text' ? String(value) : value;
}

/** A writer whose file appears when it is complete. */
function partial(
  path: string,
  open: (draft: string) => Pick<TableWriter, 'write' | 'finish'> & { close(): void },
): TableWriter {
  const draft = `${path}.${process.pid}.partial`;
  const writer = onFile(path, () => open(draft));
  return {
    write: (rows) => onFile(path, () => writer.write(rows)),
    finish: () =>
      onFile(path, () => {
        writer.finish();
        writer.close();
        renameSync(draft, path);
      }),
    drop: () => rmSync(draft, { force: true }),
  };
}

/** A small file that is replaced as a whole. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.partial`;
  onFile(path, () => {
    try {
      writeFileSync(draft, text);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
  });
}
