import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { ClsaCimError } from '../errors.ts';
import type { ModelBytes } from '../load/model-bytes.ts';
import { directoryRefusal } from '../load/refusals.ts';
import { type OpenFile, openFile, readingModel } from './file-bytes.ts';

/**
 * Opens a model file for `use` and closes it again.
 *
 * @throws ClsaCimError where there is no such file, or what is there is none; a directory of another tool's is known.
 */
export function withModelFile<T>(path: string, use: (bytes: ModelBytes) => T): T {
  const file = openModelFile(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/**
 * Opens a model file, to be closed by the caller.
 *
 * @throws ClsaCimError as {@link withModelFile} does.
 */
export function openModelFile(path: string): OpenFile {
  // Looked at first: to open a named pipe takes until somebody writes to it.
  const stats = readingModel(path, () => statSync(path));
  if (stats.isDirectory())
    throw new ClsaCimError(directoryRefusal(readingModel(path, () => readdirSync(path))));
  if (!stats.isFile()) throw new ClsaCimError('this is no regular file; write the model to a file first');
  readingModel(path, () => accessSync(path, constants.R_OK));
  return openFile(path);
}
