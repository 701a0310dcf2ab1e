import type { Table } from '../src/report/table.ts';
import type { Measured } from './compare.ts';

/** What one group has measured, and how it is shown. */
export interface Part {
  readonly measured: readonly Measured[];
  readonly table: Table;
}

/** Measurements of one kind with their table. */
export function part<T extends Measured>(
  measured: readonly T[],
  table: (measured: readonly T[]) => Table,
): Part {
  return { measured, table: table(measured) };
}
