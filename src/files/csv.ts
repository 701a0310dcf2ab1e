import { appendFileSync, writeFileSync } from 'node:fs';
import { codedRows, codesOf } from './coded-rows.ts';
import { csvField } from './csv-field.ts';
import type { CodedRows, TableKind, Value } from './table.ts';

/** Text that stands in a CSV file as it is: nothing in it has to be quoted, and no spreadsheet would compute it. */
const PLAIN = /^\w[\w .:/()-]*$/;

/** So many characters become bytes at once: text is kept as the pieces that it is made of until it does. */
const PART_LENGTH = 2 ** 15;

/** CSV with a line of names in front. */
export async function csv(): Promise<TableKind> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  const fieldOf = (value: Value): string => {
    if (value === null) return '';
    if (typeof value !== 'string') return String(value);
    return PLAIN.test(value) ? value : stringify([[null, value]], { cast }).slice(1, -1);
  };
  const encode = (rows: CodedRows) => ({
    bytes: linesOf(
      rows,
      rows.values.map((values) => values.map(fieldOf)),
    ),
  });
  return {
    encode: (_, rows) => encode(rows),
    begin: (path, columns) => {
      const names = columns.map(({ name }) => name);
      writeFileSync(path, encode(codedRows([names], names.length)).bytes);
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}

/** @param fields By column and value what stands in the file. */
function linesOf(rows: CodedRows, fields: readonly (readonly string[])[]): Uint8Array {
  const parts: Buffer[] = [];
  const codes = fields.map((_, column) => codesOf(rows, column));
  let text = '';
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < fields.length; column++) {
      if (column > 0) text += ',';
      text += fields[column]![codes[column]![row]!]!;
    }
    text += '\n';
    if (text.length < PART_LENGTH) continue;
    parts.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...parts, Buffer.from(text)]);
}
