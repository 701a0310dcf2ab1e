import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { checkedLater, flag, optionsOf } from '../input/options.ts';
import { expected } from '../input/validate.ts';
import { lineAt } from './packed-rows.ts';
import type { Row } from './point.ts';
import { planSweep, type SessionOptions, SweepSession } from './session.ts';
import type { SweepSpec } from './spec.ts';

/** Where a sweep runs, how much of it, and where its results go. */
export interface SweepOptions extends SessionOptions {
  /** Directory of journal and tables, as `--out`; left out, nothing stays but what is yielded. */
  readonly out?: string | undefined;
}

const aboveZero = expected('a number of seconds above 0');
const seconds = v.pipe(v.number(aboveZero), v.finite(aboveZero), v.gtValue(0, aboveZero));
const checkedOptions = optionsOf<SweepOptions>('sweep', {
  ...{ out: checkedLater, shard: checkedLater, pareto: checkedLater, policyModule: checkedLater },
  ...{ workers: checkedLater, workerMemoryMib: checkedLater, signal: checkedLater },
  ...{ queue: checkedLater, notify: checkedLater, overwrite: flag, pointTimeoutS: seconds },
});

/** A finished point of a sweep. */
export interface SweepResult extends Row {
  /** Number of the point in the grid. */
  readonly index: number;
}

/**
 * Runs a sweep on worker threads and yields every point as it is finished, the ones that the directory has from an
 * earlier run too; a point that fails has an `error` in place of `results`. After the last one the tables are written.
 * Who stops early can go on later.
 *
 * @param spec The sweep, or the path of its YAML file (docs/sweep.md).
 * @throws ClsaCimError where the sweep makes no sense or its directory cannot be written; the reason of
 * `options.signal` where that is aborted.
 */
export async function* sweep(
  spec: SweepSpec | string,
  options: SweepOptions = {},
): AsyncGenerator<SweepResult, void> {
  checkedOptions(options).signal?.throwIfAborted();
  const planned = await planSweep(spec, options);
  const directory = options.out ?? mkdtempSync(join(tmpdir(), 'clsa-cim-sweep-'));
  const session = new SweepSession(planned, directory, options);
  try {
    for await (const { points, rows } of session.run()) {
      for (let i = 0; i < points.length; i++) {
        const { index, key, parameters } = points.at(i);
        const row: Row = JSON.parse(rows === undefined ? session.line(key) : lineAt(rows, i));
        yield { ...row, parameters, index };
      }
    }
    if (options.out !== undefined) await session.finish();
  } finally {
    await session.close();
    if (options.out === undefined) rmSync(directory, { recursive: true, force: true });
  }
}
