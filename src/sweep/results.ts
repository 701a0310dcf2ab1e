import { join } from 'node:path';
import { jsonDocument } from '../input/show.ts';
import { versionOf } from './engine-identity.ts';
import type { Journal } from './journal.ts';
import type { PlannedPoint, SweepPlan } from './plan.ts';
import { Summariser, type SweepSummary } from './summary.ts';
import { CHUNK_ROWS, csvTable, parquetTable, type TableRow, tableRow, writeWhole } from './table.ts';

/** Names of the files that a sweep leaves in its directory. */
export const FILES = {
  manifest: 'sweep.json',
  journal: 'journal.jsonl',
  csv: 'results.csv',
  parquet: 'results.parquet',
  summary: 'summary.json',
} as const;

/**
 * Writes the tables and the summary of a sweep into its directory: the finished points in the order of the grid,
 * whatever order they were finished in, so that the same points make the same files.
 *
 * @throws ClsaCimError where a file cannot be written; the reason of `signal` where that is aborted.
 */
export async function writeResults(
  directory: string,
  plan: SweepPlan,
  journal: Journal,
  pareto: readonly string[],
  signal?: AbortSignal,
): Promise<SweepSummary> {
  const { columns } = plan;
  const summariser = new Summariser(columns, pareto);
  for (const rows of chunks(plan, journal, new Set())) {
    for (const row of rows) summariser.add(row);
    await turn(signal);
  }
  // Only when all rows are known is it known which are on the front.
  const onFront = summariser.onFront();
  const csv = await csvTable(join(directory, FILES.csv), columns);
  const parquet = await parquetTable(join(directory, FILES.parquet), columns);
  try {
    for (const rows of chunks(plan, journal, onFront)) {
      csv.write(rows);
      parquet.write(rows);
      await turn(signal);
    }
    csv.finish();
    parquet.finish();
  } finally {
    csv.drop();
    parquet.drop();
  }
  const { engine, architectures, axes } = plan.manifest;
  const names = axes.find((axis) => axis.names.includes('architecture'))!.rows.map(([name]) => String(name));
  const summary = {
    version: versionOf(engine),
    ...summariser.summary(plan.count, (numbers) => rowsAt(plan, journal, numbers, onFront)),
    chips: Object.fromEntries(architectures.map((architecture, i) => [names[i]!, architecture])),
  };
  writeWhole(join(directory, FILES.summary), jsonDocument(summary));
  return summary;
}

/** Others get their turn, such as who aborts. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate);
  signal?.throwIfAborted();
}

/** Numbers of rows that are on the front of their model; number 0 is the first point that is finished. */
type OnFront = ReadonlySet<number>;

function* chunks(plan: SweepPlan, journal: Journal, onFront: OnFront): Generator<TableRow[]> {
  let rows: TableRow[] = [];
  let number = 0;
  for (const point of plan.points()) {
    const row = rowOf(plan, journal, point, onFront.has(number));
    if (row === undefined) continue;
    number++;
    rows.push(row);
    if (rows.length === CHUNK_ROWS) {
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}

/** Parameters are those of the plan: the journal may be of an earlier one with fewer. */
function rowOf(
  { columns }: SweepPlan,
  journal: Journal,
  { key, parameters }: PlannedPoint,
  isOnFront: boolean,
): TableRow | undefined {
  const row = journal.row(key);
  return row && tableRow(columns, parameters, row.results ?? {}, row.error, isOnFront);
}

/** The rows of these numbers, which rise. */
function rowsAt(
  plan: SweepPlan,
  journal: Journal,
  numbers: readonly number[],
  onFront: OnFront,
): Map<number, TableRow> {
  const rows = new Map<number, TableRow>();
  let number = 0;
  let next = 0;
  for (const point of plan.points()) {
    if (next === numbers.length) break;
    if (!journal.holds(point.key)) continue;
    if (number++ !== numbers[next]) continue;
    rows.set(numbers[next]!, rowOf(plan, journal, point, onFront.has(numbers[next]!))!);
    next++;
  }
  return rows;
}
