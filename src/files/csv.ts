import { appendFileSync, writeFileSync } from 'node:fs';
import { csvField } from './csv-field.ts';
import type { BeginTable, TableRow } from './table.ts';

/** CSV with a line of names in front. */
export async function csv(): Promise<BeginTable> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String, string: csvField };
  const lines = (rows: readonly TableRow[]) => stringify([...rows], { cast });
  return (path, columns) => {
    writeFileSync(path, lines([columns.map(({ name }) => name)]));
    return { write: (rows) => appendFileSync(path, lines(rows)) };
  };
}
