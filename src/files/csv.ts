import { appendFileSync, writeFileSync } from 'node:fs';
import { csvField } from './csv-field.ts';
import type { TableKind, TableRow } from './table.ts';

/** CSV with a line of names in front. */
export async function csv(): Promise<TableKind> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  const lines = (rows: readonly TableRow[]) => stringify([...rows], { cast });
  return {
    encode: (_, rows) => ({ bytes: Buffer.from(lines(rows)) }),
    begin: (path, columns) => {
      writeFileSync(path, lines([columns.map(({ name }) => name)]));
      return { write: ({ bytes }) => appendFileSync(path, bytes) };
    },
  };
}
