import { join } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { makeDirectory } from '../files/directory.ts';
import type { TableRow } from '../files/table.ts';
import { writeWhole } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import type { SweepColumns } from '../picture/sweep.ts';
import { clearDrafts, refuseForeign } from './guard.ts';
import { Journal } from './journal.ts';
import { lockDirectory } from './lock.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { packRows } from './packed-rows.ts';
import { SweepPlan } from './plan.ts';
import { sweepColumns } from './plan-columns.ts';
import { FILES, writeResults } from './results.ts';
import type { SweepSummary } from './summary.ts';

/** Rows that are copied at once. */
const COPIED_ROWS = 4096;

/** What came of a merge. */
export interface Merged {
  /** The summary of all of them together. */
  readonly summary: SweepSummary;
  /** Names of the parameters that the sweep varies. */
  readonly parameters: readonly string[];
  /** Points of the sweep that none of the directories has. */
  readonly missing: number;
}

/**
 * Puts the finished points of several directories of one sweep, its shards, into another one, which then is as if
 * the sweep had run there; models are not needed. What is missing can be run there later.
 *
 * @param directories Where shards have run.
 * @param out The directory to make; it may be there already.
 * @throws ClsaCimError where a directory is none of a sweep, or they are of different ones.
 */
export async function mergeSweeps(
  directories: readonly string[],
  out: string,
  options: {
    /** Whether files of others, and tables of another sweep, in `out` may be replaced. */
    readonly overwrite?: boolean | undefined;
    readonly pareto?: readonly string[] | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Gets what a user should know of damaged journals, in one line each. */
    readonly notify?: ((message: string) => void) | undefined;
    /** @internal Gets the columns of the tables before anything is written, and returns what takes their rows. */
    readonly rowsTo?: ((columns: SweepColumns) => (row: TableRow) => void) | undefined;
  } = {},
): Promise<Merged> {
  const manifests = directories.map((directory) => readManifest(join(directory, FILES.manifest)));
  const [manifest] = manifests;
  if (manifest === undefined)
    throw new ClsaCimError('there is nothing to merge; give directories of sweeps', 'usage');
  for (const [i, other] of manifests.entries()) {
    requireSame(manifest, other, directories[0]!, directories[i]!);
  }
  const plan = new SweepPlan({ ...manifest, pareto: options.pareto ?? manifest.pareto }, FILES.manifest);
  const onRow = options.rowsTo?.(sweepColumns(plan));
  makeDirectory(out);
  const unlock = lockDirectory(out);
  const sources: Journal[] = [];
  try {
    if (options.overwrite !== true) refuseForeign(out, plan.manifest);
    clearDrafts(out);
    for (const directory of directories) sources.push(Journal.read(join(directory, FILES.journal)));
    // First, so that a journal without it is none of a sweep.
    writeWhole(join(out, FILES.manifest), `${JSON.stringify(manifest)}\n`);
    const journal = Journal.open(join(out, FILES.journal));
    const shards = [...sources];
    sources.push(journal);
    for (const { warning } of sources) if (warning !== undefined) options.notify?.(warning);
    const missing = copyRows(plan, journal, shards);
    journal.sync();
    const summary = await writeResults(out, plan, journal, { signal: options.signal, onRow });
    return { summary, missing, parameters: plan.manifest.axes.flatMap(({ names }) => names) };
  } finally {
    for (const journal of sources) journal.close();
    unlock();
  }
}

/** Copies rows in the order of the points; returns how many no source has. */
function copyRows(plan: SweepPlan, journal: Journal, sources: readonly Journal[]): number {
  let missing = 0;
  let keys: string[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (keys.length > 0) journal.append(packRows(keys, lines));
    keys = [];
    lines = [];
  };
  for (const { key } of plan.points()) {
    if (journal.has(key)) continue;
    // One that has failed for want of means is taken where no shard has better.
    const known = journal.holds(key);
    const source = sources.find((one) => one.has(key)) ?? sources.find((one) => !known && one.holds(key));
    const line = source?.line(key);
    if (line === undefined) missing += known ? 0 : 1;
    else {
      keys.push(key);
      lines.push(line);
    }
    if (keys.length === COPIED_ROWS) flush();
  }
  flush();
  return missing;
}

function requireSame(first: Manifest, other: Manifest, firstDirectory: string, otherDirectory: string): void {
  const field = Object.entries(first).find(
    ([name, value]) =>
      name !== 'pareto' && JSON.stringify(value) !== JSON.stringify(new Map(Object.entries(other)).get(name)),
  );
  if (field === undefined && Object.keys(first).length === Object.keys(other).length) return;
  const what =
    field?.[0] === 'engine' ? 'versions of clsa-cim' : `sweeps (their ${field?.[0] ?? 'fields'} differ)`;
  throw new ClsaCimError(
    `${show(firstDirectory)} and ${show(otherDirectory)} are of different ${what}; merge shards of one sweep`,
  );
}
