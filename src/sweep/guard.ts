import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { reading } from '../files/system-errors.ts';
import { removeDrafts } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { FILES } from './results.ts';

/** How every row begins. */
const JOURNAL_BEGINNING = '{"key":"';

/**
 * Sees to it that a sweep replaces nothing in its directory but its own earlier tables: same parameters with the same
 * values or more of them. What models, policies and the engine are may change.
 *
 * @throws ClsaCimError where there are files of others, or of another sweep.
 */
export function refuseForeign(directory: string, manifest: Manifest): void {
  const found = Object.values(FILES).find((name) => existsSync(join(directory, name)));
  if (found === undefined) return;
  const path = join(directory, FILES.manifest);
  const foreign = (name: string, what: string) =>
    new ClsaCimError(`${show(join(directory, name))} ${what}; give another directory`, 'input', {
      code: 'WOULD_OVERWRITE',
      path: join(directory, name),
    });
  if (!existsSync(path)) throw foreign(found, 'was not written by a sweep');
  const before = manifestAt(path);
  if (!isJournal(join(directory, FILES.journal))) throw foreign(FILES.journal, 'was not written by a sweep');
  if (before === undefined) throw foreign(FILES.manifest, 'was not written by a sweep of this version');
  const difference = differenceOf(before, manifest);
  if (difference !== undefined) throw foreign(FILES.manifest, `is of another sweep (${difference})`);
}

/** True where rows could be appended: to nothing, or to what begins as a journal does, also one that was cut off there. */
function isJournal(path: string): boolean {
  // What is no file is told where it is opened.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return true;
  const beginning = Buffer.alloc(JOURNAL_BEGINNING.length);
  const file = reading(path, () => openSync(path, 'r'));
  try {
    const length = reading(path, () => readSync(file, beginning, 0, beginning.length, 0));
    return JOURNAL_BEGINNING.startsWith(beginning.toString('latin1', 0, length));
  } finally {
    closeSync(file);
  }
}

/** Removes tables that a process that was killed has begun, in a directory that is locked. */
export function clearDrafts(directory: string): void {
  for (const name of Object.values(FILES)) removeDrafts(join(directory, name), { isLocked: true });
}

function manifestAt(path: string): Manifest | undefined {
  try {
    return readManifest(path);
  } catch (error) {
    if (error instanceof ClsaCimError) return undefined;
    throw error;
  }
}

/** What the tables of a sweep would lose by those of another one; undefined where they lose nothing. */
function differenceOf(before: Manifest, now: Manifest): string | undefined {
  const names = ({ axes }: Manifest) => axes.map((axis) => axis.names.join('+')).join(', ');
  if (names(before) !== names(now)) return `it varies ${names(before)}, this one ${names(now)}`;
  for (const [i, axis] of before.axes.entries()) {
    const kept = new Set(now.axes[i]!.rows.map((row) => JSON.stringify(row)));
    const lost = axis.rows.find((row) => !kept.has(JSON.stringify(row)));
    if (lost !== undefined) return `it has ${axis.names.join('+')} ${lost.join(', ')}, this one has not`;
  }
  if (now.where === undefined || now.where === before.where) return undefined;
  return before.where === undefined ? 'it has no where' : `it has where: ${before.where}`;
}
