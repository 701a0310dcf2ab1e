import { appendFileSync, writeFileSync } from 'node:fs';
import { csvField } from './csv-field.ts';
import type { TableKind, TableRow, Value } from './table.ts';

/** Text that stands in a CSV file as it is: nothing in it has to be quoted, and no spreadsheet would compute it. */
const PLAIN = /^\w[\w .:/()-]*$/;

/** So many characters become bytes at once. */
const PART_LENGTH = 2 ** 15;

/** CSV with a line of names in front. */
export async function csv(): Promise<TableKind> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  const lineOf = (row: TableRow) => plainLine(row) ?? stringify([[...row]], { cast });
  return {
    encoder: () => {
      const parts: Buffer[] = [];
      let text = '';
      return {
        add: (row) => {
          text += lineOf(row);
          // Text is kept as the pieces that it is made of until it becomes bytes.
          if (text.length < PART_LENGTH) return;
          parts.push(Buffer.from(text));
          text = '';
        },
        end: () => ({ bytes: Buffer.concat([...parts, Buffer.from(text)]) }),
      };
    },
    begin: (path, columns) => {
      writeFileSync(path, lineOf(columns.map(({ name }) => name)));
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}

/** The line of a row in which nothing has to be quoted, as most are; undefined where something may have to be. */
function plainLine(row: TableRow): string | undefined {
  let line = '';
  for (let i = 0; i < row.length; i++) {
    const field = plainField(row[i]!);
    if (field === undefined) return undefined;
    line += i === 0 ? field : `,${field}`;
  }
  return `${line}\n`;
}

function plainField(value: Value): string | undefined {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) ? value : undefined;
}
