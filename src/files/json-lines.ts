import { appendFileSync, writeFileSync } from 'node:fs';
import { rowAt } from './coded-rows.ts';
import type { CodedRows, Column, TableKind } from './table.ts';

/** A row is a JSON object on a line of its own. */
export function jsonLines(): TableKind {
  return {
    encode: (columns, rows) => ({ bytes: Buffer.from(linesOf(columns, rows)) }),
    begin: (path) => {
      writeFileSync(path, '');
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}

function linesOf(columns: readonly Column[], rows: CodedRows): string {
  let text = '';
  for (let position = 0; position < rows.length; position++) {
    const row = rowAt(rows, position);
    text += `${JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, row[i]!])))}\n`;
  }
  return text;
}
