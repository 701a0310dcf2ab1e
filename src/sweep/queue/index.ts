import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onFile } from '../files.ts';
import type { Journal } from '../journal.ts';
import type { ChunkRunner } from '../point.ts';
import type { RunnerSetup } from '../point-runner.ts';
import { parseQueueUrl } from './address.ts';
import type { Notify } from './connection.ts';
import { QueueRunner } from './queue-runner.ts';

/** In the directory of a sweep: what its queue is called. */
const ID_FILE = 'queue-id';
const ID = /^[0-9a-f]{24}$/;

/**
 * A runner of chunks at a Redis, for the sweep of a directory. What an earlier process has left there is appended to
 * the journal.
 *
 * @throws ClsaCimError where Redis cannot be reached.
 */
export function queueRunner(
  url: string,
  directory: string,
  engine: string,
  setup: RunnerSetup,
  journal: Journal,
  { notify = () => {} }: { readonly notify?: Notify | undefined },
): Promise<ChunkRunner> {
  const address = parseQueueUrl(url);
  const options = { address, id: directoryId(directory), engine, setup, notify };
  return QueueRunner.connect(options, (keys, lines) => {
    const missing = keys.flatMap((key, i) => (journal.has(key) ? [] : [i]));
    if (missing.length === 0) return;
    journal.append(
      missing.map((i) => keys[i]!),
      missing.map((i) => lines[i]!),
    );
  });
}

/** The same name for a directory every time, even where its path changes. */
function directoryId(directory: string): string {
  const path = join(directory, ID_FILE);
  const known = onFile(path, () => {
    // Made where it is not there; nothing else uses the directory.
    writeFileSync(path, '', { flag: 'a' });
    return readFileSync(path, 'utf8').trim();
  });
  if (ID.test(known)) return known;
  const id = randomBytes(12).toString('hex');
  onFile(path, () => writeFileSync(path, `${id}\n`));
  return id;
}
