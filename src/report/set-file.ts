import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { csvField, show } from '../input/show.ts';
import { type LayerSets, rectangle } from '../schedule/sets.ts';

/** Columns of a schedule file: one row per set, positions in pixels of the OFM, times in cycles. */
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

/**
 * One set: the layer's name, the set's number in row-major order, its rectangle, the copy that runs it
 * (null where its MVMs are spread over all copies), start and finish.
 */
export type SetRow = readonly [string, ...number[], number | null, number, number];

/** Writes rows of sets to one file, chunk by chunk. */
interface SetWriter {
  write(rows: readonly SetRow[]): void;
  close(): void;
}

const CHUNK_ROWS = 65_536;
/** A file that nobody has written to for so long is not being written. */
const STALE_MS = 10_000;

/** How each kind of file is written, by its ending. The libraries are loaded when they are needed. */
const formats: Readonly<Record<string, (path: string) => Promise<SetWriter>>> = {
  '.jsonl': async (path) =>
    textWriter(path, '', (rows) => rows.map((row) => `${JSON.stringify(toRecord(row))}\n`).join('')),
  '.csv': async (path) => {
    const { stringify } = await import('csv-stringify/sync');
    const cast = { string: csvField };
    return textWriter(path, stringify([SET_COLUMNS]), (rows) => stringify([...rows], { cast }));
  },
  '.parquet': parquetWriter,
};

/** True for a path that {@link writeSetFile} knows how to write. */
function formatOf(path: string): (path: string) => Promise<SetWriter> {
  const format = formats[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  const endings = Object.keys(formats).join(', ');
  throw new ClsaCimError(
    `--schedule-out ${show(path)}: the ending of the file must be one of ${endings}`,
    'usage',
  );
}

/**
 * Checks, before anything is computed, that a path has an ending that can be written, and is in a directory
 * that can. The file itself is not touched.
 *
 * @throws ClsaCimError of kind `usage` for the ending, of kind `input` for the place.
 */
export function checkSetFile(path: string): void {
  formatOf(path);
  try {
    if (!statSync(dirname(path)).isDirectory()) throw cannotWrite(path, 'ENOTDIR');
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cannotWrite(path, 'EISDIR');
  } catch (error) {
    throw asCannotWrite(path, error);
  }
}

/** What the system says when a file cannot be written, in words, and what to do. */
const SYSTEM_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such directory; make it first'],
  ['ENOTDIR', 'what should be its directory is a file; give another path'],
  ['EISDIR', 'it is a directory; give the path of a file'],
  ['EACCES', 'there is no permission to; give a path in a directory of yours'],
  ['EPERM', 'there is no permission to; give a path in a directory of yours'],
  ['EROFS', 'its file system is read-only; give another path'],
  ['ENOSPC', 'no space is left; make some or give another path'],
  ['ENAMETOOLONG', 'the name is too long; give a shorter one'],
]);

function cannotWrite(path: string, code: string): ClsaCimError {
  const reason = SYSTEM_ERRORS.get(code) ?? `the system refuses it (${code}); give another path`;
  return new ClsaCimError(`--schedule-out ${show(path)}: cannot be written: ${reason}`);
}

/** An error of the system as one for the user; any other as it is. */
function asCannotWrite(path: string, error: unknown): unknown {
  return error instanceof Error && 'code' in error ? cannotWrite(path, String(error.code)) : error;
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
  const partial = `${path}.${process.pid}.partial`;
  try {
    removeStale(path);
    const writer = await formatOf(path)(partial);
    for (const rows of chunks(layers)) {
      writer.write(rows);
      // So that signals are seen.
      await new Promise(setImmediate);
      signal?.throwIfAborted();
    }
    writer.close();
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw signal?.aborted === true && error === signal.reason ? error : asCannotWrite(path, error);
  }
}

/** Removes what processes that are gone have begun and not finished; others may be writing the same file. */
function removeStale(path: string): void {
  const own = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    const [, pid] = (name.startsWith(own) && /^(\d+)\.partial$/.exec(name.slice(own.length))) || [];
    const stale = join(dirname(path), name);
    const age =
      pid === undefined ? 0 : Date.now() - (statSync(stale, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    // On a shared disk the process may be one of another machine: what was written to just now is left alone.
    if (age > STALE_MS && !isAlive(Number(pid))) rmSync(stale, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function* chunks(layers: readonly LayerSets[]): Generator<SetRow[]> {
  let rows: SetRow[] = [];
  for (const sets of layers) {
    for (let k = 0; k < sets.count; k++) {
      const { y, x, height, width } = rectangle(sets, k);
      rows.push([
        sets.name,
        k,
        y,
        x,
        height,
        width,
        sets.copy(k) ?? null,
        sets.start(k),
        sets.finish(k),
      ] as const);
      if (rows.length === CHUNK_ROWS) {
        yield rows;
        rows = [];
      }
    }
  }
  if (rows.length > 0) yield rows;
}

function toRecord(row: SetRow): Record<string, string | number | null> {
  return Object.fromEntries(SET_COLUMNS.map((column, i) => [column, row[i] ?? null]));
}

function textWriter(path: string, head: string, format: (rows: readonly SetRow[]) => string): SetWriter {
  const file = openSync(path, 'w');
  // On an open file, writeFileSync goes on where the last one ended; unlike writeSync it never stops halfway.
  writeFileSync(file, head);
  return {
    write: (rows) => writeFileSync(file, format(rows)),
    close: () => closeSync(file),
  };
}

async function parquetWriter(path: string): Promise<SetWriter> {
  const { ParquetWriter, fileWriter } = await import('hyparquet-writer');
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'root', num_children: SET_COLUMNS.length },
      { name: 'layer', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ...SET_COLUMNS.slice(1).map((name) => ({
        name,
        type: 'INT64' as const,
        repetition_type: name === 'copy' ? ('OPTIONAL' as const) : ('REQUIRED' as const),
      })),
    ],
  });
  return {
    write: (rows) =>
      void writer.write({
        rowGroupSize: CHUNK_ROWS,
        columnData: SET_COLUMNS.map((name, i) => ({
          name,
          data: rows.map((row) => {
            const value = row[i] ?? null;
            return typeof value === 'number' ? BigInt(value) : value;
          }),
        })),
      }),
    close: () => void writer.finish(),
  };
}
