import type { Column, TableRow, Value } from '../files/table.ts';
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
): Value[] {
  const cells = new Array<Value>(columns.length);
  setCells(cells, columns, parameters, results, error);
  return cells;
}

/** {@link tableRow} into cells that are there. */
export function setCells(
  cells: Value[],
  columns: readonly Column[],
  parameters: Values,
  results: Values,
  error: string | undefined,
): void {
  for (let i = 0; i < columns.length; i++) {
    const { name } = columns[i]!;
    if (name === 'error') cells[i] = error ?? null;
    else if (name === 'model' || name === 'architecture') cells[i] = parameters[name] ?? null;
    else {
      const result = results[name];
      cells[i] = (result === undefined ? parameters[name] : result) ?? null;
    }
  }
}

/** A row that says whether its point is on the Pareto front of its model. */
export function markedRow(columns: readonly Column[], row: TableRow, isOnFront: boolean): TableRow {
  return row.with(
    columns.findIndex(({ name }) => name === 'pareto'),
    isOnFront,
  );
}
