import { extname } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import type { Column, TableRow } from '../files/table.ts';
import { isTableFormat, TABLE_FORMATS, TableFile, type TableFormat } from '../files/table-file.ts';
import { checkPlace, removeDrafts } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import { type LayerSets, rectangle } from '../schedule/sets.ts';

/**
 * Columns of a schedule file: one row per set. The layer's name, the set's number in row-major order, its rectangle in
 * pixels of the OFM, the copy that runs it (null where its MVMs are spread over all copies), start and finish in cycles.
 */
export const SET_COLUMNS = [
  'layer',
  'set',
  'y',
  'x',
  'height',
  'width',
  'copy',
  'startCycle',
  'finishCycle',
] as const;

const columns: readonly Column[] = SET_COLUMNS.map((name) => ({
  name,
  type: name === 'layer' ? 'text' : 'integer',
  isRequired: name !== 'copy',
}));

const CHUNK_ROWS = 65_536;

/**
 * Checks, before anything is computed, that a path has an ending that can be written, and is in a directory
 * that can. The file itself is not touched.
 *
 * @throws ClsaCimError of kind `usage` for the ending, of kind `input` for the place.
 */
export function checkSetFile(path: string): void {
  formatOf(path);
  checkPlace(path);
}

function formatOf(path: string): TableFormat {
  const ending = extname(path).toLowerCase();
  if (isTableFormat(ending)) return ending;
  throw new ClsaCimError(
    `${show(path)}: the ending of the file must be one of ${TABLE_FORMATS.join(', ')}`,
    'usage',
  );
}

/**
 * Writes every set of a schedule to a `.jsonl`, `.csv` or `.parquet` file. The file appears when it is
 * complete; nothing is left where writing fails or is stopped, and what a process that was killed has left is removed.
 *
 * @throws ClsaCimError where the file cannot be written; the reason of `signal` where that is aborted.
 */
export async function writeSetFile(
  path: string,
  layers: readonly LayerSets[],
  signal?: AbortSignal,
): Promise<void> {
  const format = formatOf(path);
  checkPlace(path);
  removeDrafts(path);
  const file = await TableFile.begin(path, format, columns);
  try {
    for (const rows of chunks(layers)) {
      file.write(rows);
      // So that signals are seen.
      await new Promise(setImmediate);
      signal?.throwIfAborted();
    }
    file.finish();
  } finally {
    file.drop();
  }
}

function* chunks(layers: readonly LayerSets[]): Generator<TableRow[]> {
  let rows: TableRow[] = [];
  for (const sets of layers) {
    for (let k = 0; k < sets.count; k++) {
      const { y, x, height, width } = rectangle(sets, k);
      const copy = sets.copy(k) ?? null;
      rows.push([sets.name, k, y, x, height, width, copy, sets.start(k), sets.finish(k)]);
      if (rows.length === CHUNK_ROWS) {
        yield rows;
        rows = [];
      }
    }
  }
  if (rows.length > 0) yield rows;
}
