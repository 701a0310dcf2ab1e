import { appendFileSync, writeFileSync } from 'node:fs';
import { codedRows } from './coded-rows.ts';
import { csvField } from './csv-field.ts';
import type { CodedRows, TableKind, Value } from './table.ts';
import { textLines } from './text-lines.ts';

/** Text that stands in a CSV file as it is: nothing in it has to be quoted, and no spreadsheet would compute it. */
const PLAIN = /^\w[\w .:/()-]*$/;

/** CSV with a line of names in front. */
export async function csv(): Promise<TableKind> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  const fieldOf = (value: Value): string => {
    if (value === null) return '';
    if (typeof value !== 'string') return String(value);
    return PLAIN.test(value) ? value : stringify([[null, value]], { cast }).slice(1, -1);
  };
  const piecesOf = (values: readonly Value[], column: number) =>
    values.map((value) => (column === 0 ? fieldOf(value) : `,${fieldOf(value)}`));
  const encode = (rows: CodedRows) => ({ bytes: textLines(rows, rows.values.map(piecesOf), '\n') });
  return {
    encode: (_, rows) => encode(rows),
    begin: (path, columns) => {
      const names = columns.map(({ name }) => name);
      writeFileSync(path, encode(codedRows([names], names.length)).bytes);
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}
