import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { writing } from '../../files/system-errors.ts';
import { show } from '../../input/show.ts';
import type { ChunkRunner } from '../chunk-runner.ts';
import type { Journal } from '../journal.ts';
import { packRows } from '../packed-rows.ts';
import type { RunnerSetup } from '../point-runner.ts';
import { parseQueueUrl } from './address.ts';
import { Claim } from './claim.ts';
import { connect, type Notify, refusal } from './connection.ts';
import { contentsOf } from './content.ts';
import { QueueRunner } from './queue-runner.ts';

/** In the directory of a sweep: what its queue is called. */
const ID_FILE = 'queue-id';
const ID = /^[0-9a-f]{24}$/;

/**
 * A runner of chunks at a Redis, for the sweep of a directory. What an earlier process has left there is appended to
 * the journal.
 *
 * @throws ClsaCimError where Redis cannot be reached, or policies cannot travel.
 */
export async function queueRunner(
  url: string,
  directory: string,
  engine: string,
  setup: RunnerSetup,
  journal: Journal,
  { notify = () => {} }: { readonly notify?: Notify | undefined },
): Promise<ChunkRunner> {
  const address = parseQueueUrl(url);
  const contents = await contentsOf(engine, setup);
  const connection = await connect(address, notify);
  try {
    const claim = await claimOf(directory, connection.redis, notify);
    const options = { address, connection, claim, engine, contents, notify };
    return await QueueRunner.open(options, (keys, lines) => {
      const missing = keys.flatMap((key, i) => (journal.has(key) ? [] : [i]));
      if (missing.length === 0) return;
      const of = (all: readonly string[]) => missing.map((i) => all[i]!);
      journal.append(packRows(of(keys), of(lines)));
    });
  } catch (error) {
    connection.close();
    throw refusal(address, error) ?? error;
  }
}

/** The claim to the id of a directory; where another process holds it, this one is a copy and gets an id of its own. */
async function claimOf(directory: string, redis: Redis, notify: Notify): Promise<Claim> {
  for (let id = directoryId(directory); ; id = newId(directory)) {
    const claim = await Claim.take(redis, id);
    if (claim !== undefined) return claim;
    notify(
      `${show(directory)} is a copy of a directory whose sweep is gathered right now; it gets a queue of its own`,
    );
  }
}

/** The same name for a directory every time, even where its path changes. */
function directoryId(directory: string): string {
  const path = join(directory, ID_FILE);
  const known = writing(path, () => {
    // Looked at first: to open a named pipe may take for ever.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
      throw new ClsaCimError(`${show(path)} is no file; remove it`);
    // Made where it is not there; nothing else uses the directory.
    writeFileSync(path, '', { flag: 'a' });
    return readFileSync(path, 'utf8').trim();
  });
  return ID.test(known) ? known : newId(directory);
}

function newId(directory: string): string {
  const path = join(directory, ID_FILE);
  const id = randomBytes(12).toString('hex');
  writing(path, () => writeFileSync(path, `${id}\n`));
  return id;
}
