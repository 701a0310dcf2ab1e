import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as v from 'valibot';

const number = v.pipe(v.number(), v.finite(), v.minValue(0));

/** JSON of a {@link Sample}. */
export const sampleSchema = v.object({ count: number, seconds: number, bytes: number });

const rowSchema = v.object({
  ...{ name: v.string(), unit: v.string(), does: v.string() },
  /** In rising order of their counts. */
  samples: v.array(sampleSchema),
});

const runSchema = v.object({
  /** Version of Node. */
  node: v.string(),
  cores: number,
  rows: v.array(rowSchema),
});

/** What was measured along one axis. */
export type ScalingRow = v.InferOutput<typeof rowSchema>;

/** A run, and what it ran on. */
export type ScalingRun = v.InferOutput<typeof runSchema>;

/** Where the figures of docs/performance.md are, from the root. */
export const SAVED_RUN = 'bench/scaling.json';

/** What was measured in this process's kind of machine. */
export function scalingRun(rows: readonly ScalingRow[]): ScalingRun {
  return { node: process.versions.node, cores: availableParallelism(), rows: rows.map(rounded) };
}

/** Reads a run that was saved. */
export function readScalingRun(path: string): ScalingRun {
  return v.parse(runSchema, JSON.parse(readFileSync(path, 'utf8')));
}

/** Writes a run; rows of a saved one that were not measured again stay. */
export function saveScalingRun(path: string, run: ScalingRun, before?: ScalingRun): void {
  const measured = new Map(run.rows.map((row) => [row.name, row]));
  const kept = before?.rows ?? [];
  const added = run.rows.filter(({ name }) => kept.every((row) => row.name !== name));
  const rows = [...kept.map((row) => measured.get(row.name) ?? row), ...added];
  writeFileSync(path, `${JSON.stringify({ ...run, rows }, null, 2)}\n`);
}

/** Without digits that the next run would not repeat. */
function rounded({ samples, ...row }: ScalingRow): ScalingRow {
  return {
    ...row,
    samples: samples.map(({ count, seconds, bytes }) => ({
      ...{ count, seconds: Number(seconds.toPrecision(4)), bytes: Math.round(bytes / 2 ** 16) * 2 ** 16 },
    })),
  };
}
