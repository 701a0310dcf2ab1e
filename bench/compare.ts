import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Printout } from '../src/report/printout.ts';
import { table } from '../src/report/table.ts';
import type { GapMeasurement } from './gap.ts';
import type { MachineMeasurement } from './machine.ts';
import type { Measurement } from './measure.ts';
import type { StartMeasurement } from './start.ts';
import type { SweepMeasurement } from './sweep.ts';

/** A row of a run, of whichever kind. */
export type Measured =
  | Measurement
  | StartMeasurement
  | SweepMeasurement
  | GapMeasurement
  | MachineMeasurement;

/** The time of one row of a run. */
export interface Timing {
  readonly name: string;
  /** What the work was done on; with the name it tells a row from all others of a run. */
  readonly of: string;
  /** How much work it was, in sets or points, or 1 process: times of different work are not compared. */
  readonly work: number;
  readonly seconds: number;
}

/** A row that is in both runs. */
export interface ComparedRow {
  readonly name: string;
  readonly of: string;
  readonly secondsBefore: number;
  readonly seconds: number;
  /** Time now over time before: below 1 is faster. */
  readonly ratio: number;
}

/** A run beside a saved one; `--json` prints it as it is. */
export interface Comparison {
  readonly rows: readonly ComparedRow[];
  /** Geometric mean of the ratios of each name. */
  readonly means: readonly { readonly name: string; readonly rows: number; readonly ratio: number }[];
  /** Rows that only the saved run has. */
  readonly onlyBefore: readonly string[];
  /** Rows that only this run has. */
  readonly onlyNow: readonly string[];
  /** Rows of both that did another amount of work. */
  readonly otherWork: readonly string[];
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const engineRow = v.object({
  ...{ name: v.string(), network: v.string(), granularity: v.string() },
  ...{ sets: positive, secondsPerRun: positive },
});
const sweepRow = v.object({ name: v.string(), points: positive, workers: positive, seconds: positive });
const startRow = v.object({ name: v.string(), process: v.string(), seconds: positive });
const gapRow = v.object({ name: v.string(), network: v.string(), extraPes: v.number(), seconds: positive });
const machineRow = v.object({ name: v.string(), operation: v.string(), seconds: positive });
const savedRun = v.array(v.union([engineRow, sweepRow, startRow, gapRow, machineRow]));

/** The timings of a run, measured now or saved by `--json`. */
export function timings(run: readonly Measured[] | v.InferOutput<typeof savedRun>) {
  return run.map((row): Timing => {
    if ('points' in row) {
      return { name: row.name, of: `${row.workers} workers`, work: row.points, seconds: row.seconds };
    }
    if ('process' in row) return { name: row.name, of: row.process, work: 1, seconds: row.seconds };
    if ('operation' in row) return { name: row.name, of: row.operation, work: 1, seconds: row.seconds };
    if ('extraPes' in row) {
      return { name: row.name, of: `${row.network} + ${row.extraPes}`, work: 1, seconds: row.seconds };
    }
    const of = `${row.network}, ${row.granularity}`;
    return { name: row.name, of, work: row.sets, seconds: row.secondsPerRun };
  });
}

/** Reads what `npm run --silent bench -- --json > FILE` wrote. */
export function savedTimings(path: string): Timing[] {
  try {
    return timings(v.parse(savedRun, JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `--compare ${path}: ${reason}; save a run first, by npm run --silent bench -- --json > ${path}`,
    );
  }
}

/** Compares a run with a saved one, row by row; the order is that of this run. */
export function compareRuns(before: readonly Timing[], now: readonly Timing[]): Comparison {
  const [saved, measured] = [byKey(before, 'the saved run'), byKey(now, 'this run')];
  const both = [...measured].flatMap(([key, row]) => {
    const other = saved.get(key);
    return other === undefined ? [] : [{ key, row, other }];
  });
  const rows = both
    .filter(({ row, other }) => row.work === other.work)
    .map(({ row: { name, of, seconds }, other }) => ({
      ...{ name, of, secondsBefore: other.seconds, seconds, ratio: seconds / other.seconds },
    }));
  return {
    rows,
    means: [...new Set(rows.map(({ name }) => name))].map((name) => {
      const ratios = rows.filter((row) => row.name === name).map(({ ratio }) => ratio);
      const sum = ratios.reduce((total, ratio) => total + Math.log(ratio), 0);
      return { name, rows: ratios.length, ratio: Math.exp(sum / ratios.length) };
    }),
    onlyBefore: [...saved.keys()].filter((key) => !measured.has(key)),
    onlyNow: [...measured.keys()].filter((key) => !saved.has(key)),
    otherWork: both.filter(({ row, other }) => row.work !== other.work).map(({ key }) => key),
  };
}

function byKey(run: readonly Timing[], where: string): Map<string, Timing> {
  const rows = new Map<string, Timing>();
  for (const row of run) {
    const key = `${row.name} (${row.of})`;
    if (rows.has(key)) throw new Error(`${where} has ${key} twice, which cannot be compared`);
    rows.set(key, row);
  }
  return rows;
}

/** A comparison for people. */
export function comparisonPrintout(comparison: Comparison): Printout {
  const micro = (seconds: number) => (seconds * 1e6).toFixed(1);
  const rows = comparison.rows.map(({ name, of, secondsBefore, seconds, ratio }) => [
    ...[name, of, micro(secondsBefore), micro(seconds), ratio.toFixed(2)],
  ]);
  const means = comparison.means.map(({ name, rows: count, ratio }) => [name, count, ratio.toFixed(2)]);
  const lists = [
    ['Only in the saved run', comparison.onlyBefore],
    ['Only in this run', comparison.onlyNow],
    ['Not compared, since sets or points are not the same in number', comparison.otherWork],
  ] as const;
  return [
    table(['benchmark', 'of', 'µs before', 'µs now', 'now / before'], rows),
    '',
    table(['benchmark', 'rows', 'geometric mean of now / before'], means),
    ...lists.flatMap(([head, list]) => (list.length === 0 ? [] : ['', `${head}: ${list.join('; ')}.`])),
  ];
}
