import { codesOf } from '../files/coded-rows.ts';
import type { CodedRows, Value } from '../files/table.ts';
import { isHighBetter, missingColumn } from './columns.ts';

/** What rows have in a column. */
export interface Cells {
  /** By row the position of its value. */
  readonly codes: Uint32Array;
  readonly values: readonly Value[];
}

/** What rows have of a metric. */
export interface MetricCells {
  readonly name: string;
  readonly codes: Uint32Array;
  /** By code the value, lower is better; NaN where there is none. */
  readonly low: Float64Array;
  /** Names of the parts that it does not count, for want of figures, where there may be some. */
  readonly missing: Cells | undefined;
}

/** What rows have in a column; nothing where there is no such column. */
export function cellsOf(rows: CodedRows, column: number | undefined): Cells {
  if (column === undefined) return { codes: new Uint32Array(rows.length), values: [null] };
  return { codes: codesOf(rows, column), values: rows.values[column]! };
}

/** The value of a row. */
export function cellAt({ codes, values }: Cells, row: number): Value {
  return values[codes[row]!]!;
}

/** What rows have of a metric, of which, and of what is missing in it, `column` has what they have. */
export function metricCells(name: string, column: (name: string) => Cells): MetricCells {
  const { codes, values } = column(name);
  const sign = isHighBetter(name) ? -1 : 1;
  const low = Float64Array.from(values, (value) => (typeof value === 'number' ? sign * value : Number.NaN));
  const missing = missingColumn(name);
  return { name, codes, low, missing: missing === undefined ? undefined : column(missing) };
}

/** The value of a row, lower is better; NaN where there is none. */
export function lowAt({ codes, low }: MetricCells, row: number): number {
  return low[codes[row]!]!;
}

/** Names of the parts that are not counted. */
export function missingAt({ missing }: MetricCells, row: number): string {
  return missing === undefined ? '' : String(cellAt(missing, row) ?? '');
}
