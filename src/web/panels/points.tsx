import { useMemo } from 'preact/hooks';
import { type DataColumn, DataTable } from '../../page/data-table.tsx';
import { integer, rounded } from '../../report/table.ts';
import type { SweepRow } from '../tasks/sweep.ts';

/** All points with what was varied and some metrics. */
export function PointTable(props: {
  readonly rows: readonly SweepRow[];
  readonly front: ReadonlySet<SweepRow>;
  readonly metrics: readonly string[];
}) {
  const { rows, front, metrics } = props;
  const columns = useMemo(() => columnsOf(rows, front, metrics), [rows, front, metrics.join(' ')]);
  return <DataTable label="All points" columns={columns} />;
}

function columnsOf(
  rows: readonly SweepRow[],
  front: ReadonlySet<SweepRow>,
  metrics: readonly string[],
): DataColumn[] {
  const first = rows[0]?.parameters ?? {};
  const varied = Object.keys(first).filter((name) =>
    rows.some(({ parameters }) => parameters[name] !== first[name]),
  );
  const known = metrics.filter((name) => rows.some(({ results }) => results?.[name] !== undefined));
  return [
    ...[...varied, ...known].map((name) => columnOf(name, rows)),
    { name: 'front', values: rows.map((row) => row.error ?? (front.has(row) ? 'on the front' : '')) },
  ];
}

function columnOf(name: string, rows: readonly SweepRow[]): DataColumn {
  const values = rows.map(({ parameters, results }) => results?.[name] ?? parameters[name] ?? null);
  if (values.some((value) => typeof value === 'string' || typeof value === 'boolean')) {
    return { name, values: values.map((value) => String(value ?? '')) };
  }
  const show = (value: number) => (Number.isInteger(value) ? integer(value) : rounded(value));
  return { name, values: values.map((value) => (typeof value === 'number' ? value : Number.NaN)), show };
}
