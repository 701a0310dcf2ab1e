import { join } from 'node:path';
import { jsonDocument } from '../files/json-document.ts';
import type { TableRow } from '../files/table.ts';
import { TableFile } from '../files/table-file.ts';
import { writeWhole } from '../files/whole-file.ts';
import { versionOf } from './engine-identity.ts';
import type { Journal } from './journal.ts';
import type { SweepPlan } from './plan.ts';
import type { PlannedPoint } from './point-maker.ts';
import { Summariser, type SweepSummary } from './summary.ts';
import { markedRow, tableRow } from './table.ts';

/** Names of the files that a sweep leaves in its directory. */
export const FILES = {
  manifest: 'sweep.json',
  journal: 'journal.jsonl',
  csv: 'results.csv',
  parquet: 'results.parquet',
  summary: 'summary.json',
} as const;

/** Rows of one row group of the Parquet file, and of one piece of the CSV file. */
const CHUNK_ROWS = 16_384;

/** Up to so many rows are kept while the front is looked for; more are read twice. */
const KEPT_ROWS = 65_536;

/** What else is done while the tables are written. */
export interface ResultOptions {
  /** Ends the writing with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Gets every row, with a value for each column of the plan. */
  readonly onRow?: ((row: TableRow) => void) | undefined;
}

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
  { signal, onRow }: ResultOptions = {},
): Promise<SweepSummary> {
  const { columns } = plan;
  const summariser = new Summariser(columns, pareto);
  const isKept = plan.count <= KEPT_ROWS;
  const kept: TableRow[][] = [];
  const empty = new EmptyColumns(plan);
  for (const rows of finishedRows(plan, journal)) {
    for (const row of rows) {
      summariser.add(row);
      empty.add(row);
    }
    if (isKept) kept.push(rows);
    await turn(signal);
  }
  // Only when all rows are known is it known which are on the front.
  const onFront = summariser.onFront();
  const tables: TableFile[] = [];
  const shown = empty.without(columns);
  try {
    tables.push(await TableFile.begin(join(directory, FILES.csv), '.csv', shown));
    tables.push(await TableFile.begin(join(directory, FILES.parquet), '.parquet', shown));
    let number = 0;
    for (const rows of isKept ? kept : finishedRows(plan, journal)) {
      const marked = rows.map((row) => markedRow(columns, row, onFront.has(number++)));
      for (const table of tables) table.write(marked.map((row) => empty.without(row)));
      if (onRow !== undefined) marked.forEach(onRow);
      await turn(signal);
    }
    for (const table of tables) table.finish();
  } finally {
    for (const table of tables) table.drop();
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

/** Columns that a table has only where they are not empty, as the rows go by. */
class EmptyColumns {
  readonly #positions: Set<number>;

  constructor({ columns, occasional }: SweepPlan) {
    this.#positions = new Set(
      columns.flatMap(({ name }, position) => (occasional.includes(name) ? [position] : [])),
    );
  }

  add(row: TableRow): void {
    for (const position of this.#positions) if (row[position] !== null) this.#positions.delete(position);
  }

  /** The columns, or the values of a row, without those of the columns in which no row has had a value. */
  without<Item>(items: readonly Item[]): readonly Item[] {
    return this.#positions.size === 0 ? items : items.filter((_, position) => !this.#positions.has(position));
  }
}

/** Others get their turn, such as who aborts. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate);
  signal?.throwIfAborted();
}

/** The rows of all points that are finished, some thousands at a time, without what only all of them together say. */
export function* finishedRows(plan: SweepPlan, journal: Journal): Generator<TableRow[]> {
  let rows: TableRow[] = [];
  for (const point of plan.points()) {
    const row = rowOf(plan, journal, point);
    if (row === undefined) continue;
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
): TableRow | undefined {
  const row = journal.row(key);
  return row && tableRow(columns, parameters, row.results ?? {}, row.error);
}

/** The rows of these numbers, which rise: number 0 is the first point that is finished. */
function rowsAt(
  plan: SweepPlan,
  journal: Journal,
  numbers: readonly number[],
  onFront: ReadonlySet<number>,
): Map<number, TableRow> {
  const rows = new Map<number, TableRow>();
  let number = 0;
  let next = 0;
  for (const point of plan.points()) {
    if (next === numbers.length) break;
    if (!journal.holds(point.key)) continue;
    const wanted = numbers[next]!;
    if (number++ !== wanted) continue;
    rows.set(wanted, markedRow(plan.columns, rowOf(plan, journal, point)!, onFront.has(wanted)));
    next++;
  }
  return rows;
}
