import { appendFileSync, writeFileSync } from 'node:fs';
import type { BeginTable, TableRow } from './table.ts';

/** How a formula begins in a spreadsheet, with what it skips in front of it. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@＝＋－＠]/u;

/** Text from elsewhere for a field of a CSV file: what a spreadsheet would compute gets an apostrophe in front. */
export function csvField(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

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
