import { realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { whyUnreadable } from '../files/system-errors.ts';
import { show } from '../input/show.ts';
import type { ModelBytes } from '../load/model-bytes.ts';
import type { WeightSource } from '../load/weight-source.ts';
import { type OpenFile, openFile } from './file-bytes.ts';
import { openModelFile } from './model-file.ts';

/** Paths that are not from the folder of the model, on any system. */
const ABSOLUTE = /^(?:[/~]|[A-Za-z]:)/;

/**
 * A model file and the files beside it that it names (ONNX external data), which are opened when they are first asked
 * for. A model says where its tensors lie, and may come from anybody: only files in its folder, or in folders of that,
 * are opened. Checksums are not looked at.
 */
export class WeightFiles implements WeightSource {
  readonly model: OpenFile;
  readonly #folder: string;
  /** By location, and by the path that it leads to. */
  readonly #files = new Map<string, OpenFile>();

  /** @throws ClsaCimError where the model file cannot be opened. */
  constructor(path: string) {
    this.#folder = dirname(path);
    this.model = openModelFile(path);
  }

  external(location: string): ModelBytes {
    const known = this.#files.get(`location:${location}`);
    if (known !== undefined) return known;
    const path = this.#pathOf(location);
    const file = this.#files.get(path) ?? opening(location, () => openFile(path));
    this.#files.set(path, file);
    this.#files.set(`location:${location}`, file);
    return file;
  }

  /** Closes all files. */
  close(): void {
    for (const file of new Set([this.model, ...this.#files.values()])) file.close();
    this.#files.clear();
  }

  /** The real path of a file within the folder of the model. */
  #pathOf(location: string): string {
    const problem = problemOf(location);
    if (problem !== undefined) refuse(location, problem);
    const folder = opening(location, () => realpathSync(this.#folder));
    const path = opening(location, () => realpathSync(join(folder, location)));
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      refuse(location, 'it is a link that leaves the folder of the model');
    }
    if (!opening(location, () => statSync(path)).isFile()) refuse(location, 'it is no regular file');
    return path;
  }
}

/** What is wrong with a path from a model file. */
function problemOf(location: string): string | undefined {
  if (location === '') return 'it has no name';
  if (/\p{Cc}/u.test(location)) return 'its name has control characters';
  if (location.includes('\\')) return 'its path has backslashes';
  if (ABSOLUTE.test(location)) return 'its path is absolute';
  if (location.split('/').includes('..')) return 'its path leaves the folder of the model';
  return undefined;
}

function refuse(location: string, problem: string): never {
  throw new ClsaCimError(
    `the model keeps tensors in the file ${show(location)}: ${problem}; only files in the folder of the model are read`,
  );
}

/** Calls of the system, whose errors are told as those of the file. */
function opening<T>(location: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof ClsaCimError ? error.message : whyUnreadable(error);
    if (reason === undefined) throw error;
    throw new ClsaCimError(
      `the model keeps tensors in the file ${show(location)}: ${reason}; put it beside the model`,
      'input',
      { code: 'CANNOT_READ', path: location, reason },
    );
  }
}
