import { join } from 'node:path';
import type { Pictures } from '../picture/drawing.ts';
import { SweepPictureMaker } from '../picture/sweep.ts';
import { Journal } from './journal.ts';
import { readManifest } from './manifest.ts';
import { SweepPlan } from './plan.ts';
import { sweepColumns } from './plan-columns.ts';
import { BLOCK_ROWS, FILES } from './results.ts';
import { RowBlocks } from './row-blocks.ts';
import { RowList } from './row-list.ts';
import { Summariser } from './summary.ts';
import { markedRow } from './table.ts';

/**
 * The picture of what is finished of a sweep, for plots: see `clsa-cim/plot`.
 *
 * @param directory Where it has run, or where its shards were merged.
 * @throws ClsaCimError where that is no directory of a sweep.
 */
export function drawingOfSweep(directory: string): Pick<Pictures, 'sweep'> {
  const manifest = readManifest(join(directory, FILES.manifest));
  const plan = new SweepPlan(manifest, FILES.manifest);
  const journal = Journal.read(join(directory, FILES.journal));
  try {
    const { source } = journal;
    const blocks = new RowBlocks(manifest);
    const list = new RowList();
    const summariser = new Summariser(plan.columns, manifest.pareto);
    for (const indices of plan.indexBlocks(BLOCK_ROWS)) {
      const { rows, summary } = blocks.find({ source, indices, isKept: false });
      list.add(rows);
      summariser.merge(summary);
    }
    // Only when all rows are known is it known which are on the front.
    const onFront = summariser.onFront();
    const maker = new SweepPictureMaker(sweepColumns(plan));
    let number = 0;
    for (const parts of list.inBlocks(BLOCK_ROWS)) {
      for (const row of blocks.rows(source.path, parts)) {
        maker.add(markedRow(plan.columns, row, onFront.has(number++)));
      }
    }
    return { sweep: maker.picture() };
  } finally {
    journal.close();
  }
}
