import { extname } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import type { Column, TableRow, Value } from '../files/table.ts';
import { isTableFormat, TABLE_FORMATS, TableFile, type TableFormat } from '../files/table-file.ts';
import { checkPlace, removeDrafts } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import { type LayerSets, type Rectangle, rectangle } from '../schedule/sets.ts';
import type { NodeSets } from '../simulate/index.ts';

/**
 * Columns of a schedule file: one row per set. The layer's name, the set's number in row-major order, its rectangle in
 * pixels of the OFM (null where a set of a simulated join is none), the copy that runs it (null where its MVMs are spread
 * over all copies), start and finish in cycles: those of the schedule, or clock cycles of a simulation.
 * Behind the layer are those of {@link ORIGIN_COLUMNS} that the schedule has.
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

/** The sets of a layer with their times: of a schedule, or of a simulation, which knows no slices, rounds and groups. */
type TimedSets = (LayerSets | NodeSets) & Partial<Pick<LayerSets, 'slice' | 'round' | 'group'>>;

/** A column of some schedule files. */
interface OriginColumn {
  /** Whether a schedule of these sets has it. */
  isThere(layers: readonly TimedSets[]): boolean;
  /** Of the sets of a layer and an inference. */
  value(sets: TimedSets, inference: number): Value;
}

/**
 * Further columns, each only where a schedule has several: the number of the slice of its layer (from 1 on, as in its name;
 * null where it is not sliced), and the round, the group and the inference, from 0 on.
 */
const ORIGIN_COLUMNS: Readonly<Record<string, OriginColumn>> = {
  slice: {
    isThere: (layers) => layers.some(({ slice }) => slice !== undefined),
    value: ({ slice }) => (slice === undefined ? null : slice.index + 1),
  },
  round: {
    isThere: (layers) => layers.some(({ round }) => round !== undefined),
    value: ({ round = 0 }) => round,
  },
  group: {
    isThere: (layers) => layers.some(({ group = Infinity, inferences }) => group < inferences),
    value: ({ group = Infinity }, inference) => Math.floor(inference / group),
  },
  inference: {
    isThere: (layers) => layers.some(({ inferences }) => inferences > 1),
    value: (_, inference) => inference,
  },
};

/** Columns of a simulation in which something was fetched for sets: when they were granted room for it, and had it all. */
const FETCH_COLUMNS = ['fetchStartCycle', 'fetchEndCycle'] as const;

/** Columns that may be null in some file; those of rectangles only of sets that are simulated. */
const MAY_BE_NULL: readonly string[] = ['copy', 'slice', ...FETCH_COLUMNS];
const RECTANGLE: readonly string[] = ['y', 'x', 'height', 'width'];

/** Columns of a file: the layer, those of {@link ORIGIN_COLUMNS} that it has, all others, those of fetches where there are any. */
function columnsOf(origins: readonly string[], layers: readonly TimedSets[], hasFetches: boolean): Column[] {
  const [layer, ...others] = SET_COLUMNS;
  const optional = layers.some(isSimulated) ? [...MAY_BE_NULL, ...RECTANGLE] : MAY_BE_NULL;
  return [layer, ...origins, ...others, ...(hasFetches ? FETCH_COLUMNS : [])].map((name) => ({
    name,
    type: name === 'layer' ? 'text' : 'integer',
    isRequired: !optional.includes(name),
  }));
}

function isSimulated(sets: TimedSets): sets is NodeSets {
  return 'rectangle' in sets;
}

function isFetchedFor(sets: TimedSets): boolean {
  if (!isSimulated(sets)) return false;
  for (let k = 0; k < sets.count; k++) if (sets.fetchStart(k) >= 0) return true;
  return false;
}

/** When something was fetched for a set; null where nothing was. */
function fetchOf(sets: TimedSets, k: number): readonly [start: Value, end: Value] {
  if (!isSimulated(sets) || sets.fetchStart(k) < 0) return [null, null];
  return [sets.fetchStart(k), sets.fetchEnd(k)];
}

const NO_RECTANGLE = { y: null, x: null, height: null, width: null };

function rectangleOf(sets: TimedSets, k: number): Rectangle | typeof NO_RECTANGLE {
  return isSimulated(sets) ? (sets.rectangle(k) ?? NO_RECTANGLE) : rectangle(sets, k);
}

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
 * Writes every set of a schedule or of a simulation to a `.jsonl`, `.csv` or `.parquet` file. The file appears when it is
 * complete; nothing is left where writing fails or is stopped, and what a process that was killed has left is removed.
 *
 * @throws ClsaCimError where the file cannot be written; the reason of `signal` where that is aborted.
 */
export async function writeSetFile(
  path: string,
  layers: readonly LayerSets[] | readonly NodeSets[],
  signal?: AbortSignal,
): Promise<void> {
  const format = formatOf(path);
  checkPlace(path);
  removeDrafts(path);
  const origins = Object.entries(ORIGIN_COLUMNS).filter(([, { isThere }]) => isThere(layers));
  const hasFetches = layers.some(isFetchedFor);
  const file = await TableFile.begin(
    path,
    format,
    columnsOf(
      origins.map(([name]) => name),
      layers,
      hasFetches,
    ),
  );
  const values = origins.map(([, { value }]) => value);
  const originOf: OriginOf = (sets, inference) => values.map((value) => value(sets, inference));
  try {
    for (const rows of chunks(layers, originOf, hasFetches)) {
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

/** The values of the columns between the layer and the set. */
type OriginOf = (sets: TimedSets, inference: number) => readonly Value[];

function* chunks(
  layers: readonly TimedSets[],
  originOf: OriginOf,
  hasFetches: boolean,
): Generator<TableRow[]> {
  let rows: TableRow[] = [];
  for (const sets of layers) {
    const own = sets.count / sets.inferences;
    let origin: readonly Value[] = [];
    for (let k = 0; k < sets.count; k++) {
      if (k % own === 0) origin = originOf(sets, k / own);
      const { y, x, height, width } = rectangleOf(sets, k);
      const copy = sets.copy(k) ?? null;
      const times = [sets.start(k), sets.finish(k), ...(hasFetches ? fetchOf(sets, k) : [])];
      rows.push([sets.name, ...origin, k % own, y, x, height, width, copy, ...times]);
      if (rows.length === CHUNK_ROWS) {
        yield rows;
        rows = [];
      }
    }
  }
  if (rows.length > 0) yield rows;
}
