import type { Column, TableRow } from '../files/table.ts';
import type { Values } from './point.ts';

/**
 * A row: what parameters say, over it the results, since these are named as in `--json`, and the names that a sweep gives;
 * {@link markedRow} says whether it is on the front.
 */
export function tableRow(
  columns: readonly Column[],
  parameters: Values,
  results: Values,
  error: string | undefined,
): TableRow {
  const { model = null, architecture = null } = parameters;
  const values: Values = { ...parameters, ...results, model, architecture, error: error ?? null };
  return columns.map(({ name }) => values[name] ?? null);
}

/** A row that says whether its point is on the Pareto front of its model. */
export function markedRow(columns: readonly Column[], row: TableRow, isOnFront: boolean): TableRow {
  return row.with(
    columns.findIndex(({ name }) => name === 'pareto'),
    isOnFront,
  );
}
