import { appendFileSync, writeFileSync } from 'node:fs';
import type { Column, TableKind, TableRow } from './table.ts';

/** A row is a JSON object on a line of its own. */
export function jsonLines(): TableKind {
  const record = (columns: readonly Column[], row: TableRow) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]));
  return {
    encoder: (columns) => {
      let text = '';
      return {
        add: (row) => {
          text += `${JSON.stringify(record(columns, row))}\n`;
        },
        end: () => ({ bytes: Buffer.from(text) }),
      };
    },
    begin: (path) => {
      writeFileSync(path, '');
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}
