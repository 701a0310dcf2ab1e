import { existsSync } from 'node:fs';
import { markdown } from '../../src/report/markdown.ts';
import { axisNames, measureScaling } from './run.ts';
import { readScalingRun, SAVED_RUN, saveScalingRun, scalingRun } from './saved.ts';
import { scalingTable } from './table.ts';

/** What is measured of how things grow, and what becomes of it. */
export interface ScalingOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** Writes {@link SAVED_RUN}. */
  readonly save: boolean;
  /** One axis; all of them where it is left out. */
  readonly only: string | undefined;
}

/** `npm run bench -- --scaling`: measures how time and memory grow, and prints or saves it. */
export function scalingBenchmark({ quick, json, save, only }: ScalingOptions): void {
  if (only !== undefined && !axisNames.includes(only)) {
    throw new Error(`--only ${only}: with --scaling it must be one of ${axisNames.join(', ')}`);
  }
  if (save && quick) throw new Error('--save: figures of a smoke run mean nothing; leave --quick out');
  const before = save && existsSync(SAVED_RUN) ? readScalingRun(SAVED_RUN) : undefined;
  const names = only === undefined ? [] : [only];
  const run = scalingRun(measureScaling(names, quick, (line) => console.error(line)));
  if (save) saveScalingRun(SAVED_RUN, run, only === undefined ? undefined : before);
  console.log(json ? JSON.stringify(run, null, 2) : markdown([scalingTable(run.rows)]));
}
