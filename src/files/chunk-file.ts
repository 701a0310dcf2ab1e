import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writing } from './system-errors.ts';
import { Draft, removeDrafts } from './whole-file.ts';

/** How a file is written. */
export interface ChunkFileOptions {
  /** Compress it. */
  readonly isGzip?: boolean;
  /** Ends writing. */
  readonly signal?: AbortSignal;
}

/**
 * Writes text that is made piece by piece, as fast as the disk takes it. The file appears when it is complete; nothing is left
 * where writing fails or is stopped, and what a process that was killed has left is removed.
 *
 * @throws ClsaCimError of code `CANNOT_WRITE`; the reason of `signal` where that is aborted.
 */
export async function writeChunks(
  path: string,
  chunks: Iterable<string>,
  { isGzip = false, signal }: ChunkFileOptions = {},
): Promise<void> {
  removeDrafts(path);
  const draft = new Draft(path);
  try {
    const file = createWriteStream(draft.path);
    const options = signal === undefined ? {} : { signal };
    if (isGzip) await pipeline(Readable.from(chunks), createGzip(), file, options);
    else await pipeline(Readable.from(chunks), file, options);
    draft.keep();
  } catch (error) {
    signal?.throwIfAborted();
    writing(path, () => {
      throw error;
    });
  } finally {
    draft.drop();
  }
}
