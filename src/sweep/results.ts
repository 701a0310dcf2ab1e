import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { jsonDocument } from '../files/json-document.ts';
import type { Column, EncodedRows, TableRow } from '../files/table.ts';
import { TableFile, type TableFormat } from '../files/table-file.ts';
import { writeWhole } from '../files/whole-file.ts';
import { versionOf } from './engine-identity.ts';
import type { Journal } from './journal.ts';
import { KEPT_ROWS, type KeptRows } from './kept-rows.ts';
import type { SweepPlan } from './plan.ts';
import { type BlockRunner, type EncodeTask, type FoundRows, RowBlocks } from './row-blocks.ts';
import { RowList, type RowPart } from './row-list.ts';
import { Summariser, type SweepSummary } from './summary.ts';
import { markedRow } from './table.ts';

/** Names of the files that a sweep leaves in its directory. */
export const FILES = {
  manifest: 'sweep.json',
  journal: 'journal.jsonl',
  csv: 'results.csv',
  parquet: 'results.parquet',
  summary: 'summary.json',
} as const;

/** Rows of one row group of the Parquet file, and of one piece of the CSV file. */
export const BLOCK_ROWS = 16_384;
/** The tables. */
const FORMATS: readonly TableFormat[] = ['.parquet', '.csv'];
/** So many points, at least, are looked for at once. */
const LEAST_FOUND = 1024;

/** What else is done while the tables are written. */
export interface ResultOptions {
  /** Ends the writing with its reason when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Gets every row, with a value for each column of the plan. */
  readonly onRow?: ((row: TableRow) => void) | undefined;
  /** Who reads rows and makes parts of tables of them; this thread by default. */
  readonly blocks?: BlockRunner | undefined;
  /** What is known of rows from the run before. */
  readonly kept?: KeptRows | undefined;
  /** Of sweeps of more points rows are read twice, since they are not kept meanwhile; {@link KEPT_ROWS} by default. */
  readonly mostKept?: number | undefined;
}

/** Rows that are on disk, and what they have come to. */
interface Collected {
  readonly rows: RowList;
  readonly summariser: Summariser;
  /** By row: whether it is on the front of its model. */
  readonly isOnFront: Uint8Array;
  /** Numbers of the columns in which no row has anything, and that tables have only where one has. */
  readonly hidden: readonly number[];
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
  options: ResultOptions = {},
): Promise<SweepSummary> {
  const own = new RowBlocks(plan.manifest);
  const { blocks = own, signal, onRow } = options;
  const collected = await collect(plan, journal, blocks, options);
  const written = writeTables(directory, plan, journal, collected, blocks, signal);
  // It is waited for below, when the summary has been made beside it.
  written.catch(() => {});
  const { path } = journal.source;
  const marked: MarkedRows = (parts, numberOf) =>
    Array.from(own.rows(path, parts), (row, i) =>
      markedRow(plan.columns, row, collected.isOnFront[numberOf(i)] === 1),
    );
  const summary = summaryOf(plan, collected, marked);
  await written;
  if (onRow !== undefined) {
    let start = 0;
    for (const parts of collected.rows.inBlocks(BLOCK_ROWS)) {
      marked(parts, (i) => start + i).forEach(onRow);
      start += BLOCK_ROWS;
      await turn();
      signal?.throwIfAborted();
    }
  }
  writeWhole(join(directory, FILES.summary), jsonDocument(summary));
  return summary;
}

/** Rows with whether they are on the front, by their numbers, which are those of their positions in the parts. */
type MarkedRows = (parts: readonly RowPart[], numberOf: (position: number) => number) => TableRow[];

function summaryOf(plan: SweepPlan, { rows, summariser }: Collected, marked: MarkedRows): SweepSummary {
  const { engine, architectures, axes } = plan.manifest;
  const names = axes.find((axis) => axis.names.includes('architecture'))!.rows.map(([name]) => String(name));
  return {
    version: versionOf(engine),
    ...summariser.summary(plan.count, (numbers) => {
      const found = marked(rows.pick(Uint32Array.from(numbers)), (i) => numbers[i]!);
      return new Map(numbers.map((number, i) => [number, found[i]!]));
    }),
    chips: Object.fromEntries(architectures.map((architecture, i) => [names[i]!, architecture])),
  };
}

/** Looks which points have rows, and what these come to: only when all are known is it known which are on the front. */
async function collect(
  plan: SweepPlan,
  journal: Journal,
  blocks: BlockRunner,
  options: ResultOptions,
): Promise<Collected> {
  const rows = new RowList();
  const summariser = new Summariser(plan.columns, plan.manifest.pareto);
  const hidden = new Set(
    plan.columns.flatMap(({ name }, column) => (plan.occasional.includes(name) ? [column] : [])),
  );
  const take = ({ rows: part, summary, used }: FoundRows) => {
    rows.add(part);
    summariser.merge(summary);
    for (const column of used) hidden.delete(column);
  };
  const parts = options.kept?.inOrder(plan.count);
  if (parts === undefined) await findRows(plan, journal, blocks, take, options);
  else parts.forEach(take);
  const isOnFront = new Uint8Array(rows.length);
  for (const row of summariser.onFront()) isOnFront[row] = 1;
  return { rows, summariser, isOnFront, hidden: [...hidden] };
}

/** Reads rows from the journal. */
async function findRows(
  plan: SweepPlan,
  { source }: Journal,
  blocks: BlockRunner,
  take: (found: FoundRows) => void,
  { signal, mostKept = KEPT_ROWS }: ResultOptions,
): Promise<void> {
  const isKept = plan.count <= mostKept;
  // All threads have something to do.
  const size = Math.max(LEAST_FOUND, Math.min(BLOCK_ROWS, Math.ceil(plan.count / blocks.atOnce)));
  await inOrder(
    plan.indexBlocks(size),
    blocks.atOnce,
    async (indices) => blocks.find({ source, indices, isKept }),
    take,
    signal,
  );
}

async function writeTables(
  directory: string,
  plan: SweepPlan,
  journal: Journal,
  { rows, isOnFront, hidden }: Collected,
  blocks: BlockRunner,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns: readonly Column[] = plan.columns.filter((_, column) => !hidden.includes(column));
  const { path } = journal.source;
  // Begun beside the tasks: threads need not wait for that.
  const begun = beginTables(directory, columns);
  begun.catch(() => {});
  try {
    // A row is read once for all tables, unless threads would have nothing to do.
    const isTogether = Math.ceil(rows.length / BLOCK_ROWS) >= blocks.atOnce;
    const formats = isTogether ? [FORMATS] : FORMATS.map((format) => [format]);
    const tasks = function* (): Generator<EncodeTask> {
      let start = 0;
      for (const parts of rows.inBlocks(BLOCK_ROWS)) {
        const own = isOnFront.slice(start, start + BLOCK_ROWS);
        for (const some of formats) yield { path, parts, isOnFront: own, hidden, formats: some };
        start += BLOCK_ROWS;
      }
    };
    const encode = async (task: EncodeTask): Promise<Encoded> => ({
      task,
      encoded: await blocks.encode(task),
      tables: await begun,
    });
    const append = ({ task, encoded, tables }: Encoded) => {
      for (const [i, format] of task.formats.entries()) tables.get(format)!.append(encoded[i]!);
    };
    await inOrder(tasks(), 2 * blocks.atOnce, encode, append, signal);
    for (const table of (await begun).values()) table.finish();
  } finally {
    for (const table of (await begun.catch(() => NO_TABLES)).values()) table.drop();
  }
}

type Tables = ReadonlyMap<TableFormat, TableFile>;

const NO_TABLES: Tables = new Map();

async function beginTables(directory: string, columns: readonly Column[]): Promise<Tables> {
  const tables = new Map<TableFormat, TableFile>();
  try {
    tables.set('.parquet', await TableFile.begin(join(directory, FILES.parquet), '.parquet', columns));
    tables.set('.csv', await TableFile.begin(join(directory, FILES.csv), '.csv', columns));
    return tables;
  } catch (error) {
    for (const table of tables.values()) table.drop();
    throw error;
  }
}

/** What came of a task. */
interface Encoded {
  readonly task: EncodeTask;
  readonly encoded: readonly EncodedRows[];
  readonly tables: Tables;
}

/** Runs tasks, so many at a time, and takes in what comes of them in their order. Others get their turn, such as who aborts. */
async function inOrder<Task, Outcome>(
  tasks: Iterable<Task>,
  atOnce: number,
  run: (task: Task) => Promise<Outcome>,
  take: (outcome: Outcome) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const left = tasks[Symbol.iterator]();
  const running: Promise<Outcome>[] = [];
  for (;;) {
    while (running.length < atOnce) {
      const { value, done } = left.next();
      if (done) break;
      const outcome = run(value);
      // What is dropped may fail without anybody waiting for it.
      outcome.catch(() => {});
      running.push(outcome);
    }
    const first = running.shift();
    if (first === undefined) return;
    take(await first);
    await turn();
    signal?.throwIfAborted();
  }
}
