import type { Architecture } from '../../architecture/architecture.ts';
import { codedRows } from '../../files/coded-rows.ts';
import type { TableRow } from '../../files/table.ts';
import type { SweepColumns } from '../../picture/sweep.ts';
import type { Axis } from '../../sweep/grid.ts';
import { columnsOf, occasionalColumnsOf, sweepColumns } from '../../sweep/plan-columns.ts';
import { Summariser, type SweepSummary } from '../../sweep/summary.ts';
import { markedRow, tableRow } from '../../sweep/table.ts';
import type { SweepRow } from './sweep.ts';

/** What the command line writes of a sweep. */
export interface SweepTables {
  readonly columns: SweepColumns;
  /** A value for each column. */
  readonly rows: readonly TableRow[];
  /** Names of the columns that are left out of tables, since no row has a value. */
  readonly empty: readonly string[];
  readonly summary: SweepSummary;
}

/** A sweep of one model on one chip. */
interface FinishedSweep {
  readonly axes: readonly Axis[];
  readonly rows: readonly SweepRow[];
  /** Metrics of the Pareto front. */
  readonly pareto: readonly string[];
  /** Points that it has, run or not. */
  readonly total: number;
  readonly chip: Architecture;
  /** Of the package. */
  readonly version: string;
}

/** Tables and summary of a sweep, as `clsa-cim sweep` makes them. */
export function sweepTables({ axes, rows, pareto, total, chip, version }: FinishedSweep): SweepTables {
  const columns = columnsOf(axes);
  const summariser = new Summariser(columns, pareto);
  const plain = rows.map(({ parameters, results = {}, error }) =>
    tableRow(columns, parameters, results, error),
  );
  summariser.add(codedRows(plain, columns.length));
  const onFront = summariser.onFront();
  const marked = plain.map((row, i) => markedRow(columns, row, onFront.has(i)));
  const found = summariser.summary(total, (numbers) => new Map(numbers.map((i) => [i, marked[i]!])));
  const at = new Map(columns.map(({ name }, i) => [name, i]));
  return {
    columns: sweepColumns({ columns, manifest: { axes, pareto } }),
    rows: marked,
    empty: occasionalColumnsOf(axes).filter((name) => marked.every((row) => row[at.get(name)!] === null)),
    summary: { version, ...found, chips: { [chip.name]: chip } },
  };
}
