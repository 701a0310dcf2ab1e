import { readFileSync } from 'node:fs';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

/** A row of a table: numbers are numbers, and what is not there is null. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of a `.csv`, `.jsonl` or `.parquet` file in which no text has commas or looks like a number. */
export async function readRows(path: string): Promise<Row[]> {
  if (path.endsWith('.parquet')) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    return rows.map(toRow);
  }
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (path.endsWith('.jsonl')) return lines.map((line) => toRow(JSON.parse(line)));
  const [head, ...rest] = lines.map((line) => line.split(','));
  return rest.map((cells) => toRow(Object.fromEntries(head!.map((name, i) => [name, cells[i]!]))));
}

function toRow(record: Readonly<Record<string, unknown>>): Row {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, toCell(value)]));
}

function toCell(value: unknown): string | number | null {
  if (value === null || value === '') return null;
  return Number.isNaN(Number(value)) ? String(value) : Number(value);
}
