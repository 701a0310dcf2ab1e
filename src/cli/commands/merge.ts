import { join } from 'node:path';
import { Command } from 'commander';
import { ClsaCimError } from '../../errors.ts';
import { jsonDocument } from '../../files/json-document.ts';
import type { TableRow } from '../../files/table.ts';
import type { SweepColumns, SweepPictureMaker } from '../../picture/sweep.ts';
import { sweepText } from '../../report/sweep-summary.ts';
import { integer } from '../../report/table.ts';
import { mergeSweeps } from '../../sweep/index.ts';
import { FILES } from '../../sweep/results.ts';
import { interruptible } from '../interruption.ts';
import { notify, warn } from '../notify.ts';
import { type AxisFlags, demandAxes } from '../plot-axes.ts';
import { print, type WideFlag } from '../print.ts';
import { checkOutputs, withOutputs } from '../run-outputs.ts';
import { sweepOutputs } from '../sweep-outputs.ts';
import { parseMetrics, requireSuccess } from './sweep.ts';

/** Files that are written besides the tables. */
const OUTPUTS = sweepOutputs('merge');

interface MergeFlags extends WideFlag, AxisFlags {
  readonly out?: string;
  readonly pareto?: readonly string[];
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `clsa-cim merge DIR... --out DIR`: the shards of a sweep as one. */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .description('Put the shards of a sweep together, as if it had run in one directory')
    .argument('<dirs...>', 'directories that `clsa-cim sweep --shard` has written')
    .option('--out <dir>', 'directory of the whole; what is missing can be run there')
    .option(
      '--pareto <metrics>',
      'two or three metrics of the Pareto front, such as latencyNs,totalPes',
      parseMetrics,
    );
  return withOutputs(command, OUTPUTS)
    .option('--overwrite', 'replace what is in the directory, though it is not of this sweep')
    .option('--json', 'print the summary as one JSON document')
    .action(run);
}

async function run(directories: readonly string[], flags: MergeFlags): Promise<void> {
  const { out, pareto, overwrite, json } = flags;
  if (out === undefined)
    throw new ClsaCimError('--out is missing; give the directory for the results', 'usage');
  const read = directories.flatMap((directory) =>
    [FILES.manifest, FILES.journal].map((name) => join(directory, name)),
  );
  const outputs = await checkOutputs(OUTPUTS, flags, read);
  let maker: SweepPictureMaker | undefined;
  const drawn = outputs.isEmpty ? undefined : await import('../../picture/sweep.ts');
  const rowsTo =
    drawn &&
    ((columns: SweepColumns) => {
      demandAxes(flags, columns);
      const own = new drawn.SweepPictureMaker(columns);
      maker = own;
      return (row: TableRow) => own.add(row);
    });
  const { summary, missing, parameters } = await interruptible(
    (signal) =>
      mergeSweeps(directories, out, { pareto, overwrite, signal, notify, ...(rowsTo && { rowsTo }) }),
    () => 'stopped; run the same command again',
  );
  if (maker !== undefined) await outputs.write({ maker, summary, parameters });
  if (missing > 0) {
    warn(
      `${integer(missing)} points are in none of the directories; run their shards, or the sweep without --shard in the ` +
        'directory of the whole',
    );
  }
  if (json) process.stdout.write(jsonDocument(summary));
  else await print(sweepText(summary, parameters), flags);
  requireSuccess(summary);
}
