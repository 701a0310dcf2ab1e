import { appendFileSync, writeFileSync } from 'node:fs';
import type { BeginTable, TableRow } from './table.ts';

/** A row is a JSON object on a line of its own. */
export function jsonLines(): BeginTable {
  return (path, columns) => {
    const record = (row: TableRow) =>
      Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]));
    writeFileSync(path, '');
    return {
      write: (rows) => appendFileSync(path, rows.map((row) => `${JSON.stringify(record(row))}\n`).join('')),
    };
  };
}
