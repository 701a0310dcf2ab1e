import { csvField } from '../files/csv-field.ts';
import type { Value } from '../files/table.ts';
import { type SweepPicture, SweepPictureMaker } from '../picture/sweep.ts';
import type { SweepTables } from './tasks/sweep-tables.ts';

/** The points of a sweep as `--plot` and `--report` draw them. */
export function sweepOfTables({ columns, rows }: SweepTables): SweepPicture {
  const maker = new SweepPictureMaker(columns);
  for (const row of rows) maker.add(row);
  return maker.picture();
}

/** All points as `results.csv` has them. */
export function csvOf({ columns: { names }, rows, empty }: SweepTables): string {
  const isKept = names.map((name) => !empty.includes(name));
  const lines = [names, ...rows].map((row) =>
    row
      .filter((_, i) => isKept[i])
      .map(cell)
      .join(','),
  );
  return `${lines.join('\n')}\n`;
}

function cell(value: Value): string {
  const text = typeof value === 'string' ? csvField(value) : String(value ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
