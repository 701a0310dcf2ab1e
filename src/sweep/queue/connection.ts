import { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { oneLine } from '../../input/show.ts';
import type { QueueAddress } from './address.ts';

const CONNECT_MS = 5000;
const RETRY_MS = 300;
/** The oldest Redis that is supported: what Debian 11 and Ubuntu 22.04 have at least. */
const LEAST_VERSION = 6;

/** Tells the user something, in one line. */
export type Notify = (message: string) => void;

/** A connection to Redis; BullMQ makes more of its kind. */
export interface Connection {
  readonly redis: Redis;
  /** Ends it, and those that were made of it, however they are, and without a word. */
  close(): void;
}

/**
 * Connects to Redis. Once that has worked, a connection that is lost is made again for ever, and commands wait for it.
 *
 * @throws ClsaCimError where it cannot be reached, does not let us in, or is too old.
 */
export async function connect(address: QueueAddress, notify: Notify): Promise<Connection> {
  let isConnected = false;
  let lastError: Error | undefined;
  const redis = new Redis({
    ...address.options,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // BullMQ wants this: commands wait for the connection.
    maxRetriesPerRequest: null,
    retryStrategy: () => (isConnected ? RETRY_MS : null),
  });
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    await checkServer(redis, address, notify);
  } catch (error) {
    redis.disconnect();
    if (error instanceof ClsaCimError) throw error;
    throw unreachable(address, lastError ?? error);
  }
  isConnected = true;
  tellOfLosses(redis, address, notify);
  return {
    redis,
    close() {
      isConnected = false;
      redis.removeAllListeners('close').removeAllListeners('ready');
      redis.disconnect();
    },
  };
}

async function checkServer(redis: Redis, { shown, options }: QueueAddress, notify: Notify): Promise<void> {
  // Whoever connects is not told where there is no such database, and is in another one then.
  await redis.select(options.db);
  const info = await redis.info();
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = field('redis_version');
  if (Number.parseInt(version, 10) < LEAST_VERSION) {
    throw new ClsaCimError(`${shown} is Redis ${oneLine(version)}; use ${LEAST_VERSION} or newer`, 'input', {
      code: 'UNREACHABLE',
    });
  }
  const policy = field('maxmemory_policy');
  if (policy !== 'noeviction' && policy !== '' && field('maxmemory') !== '0') {
    notify(
      `${shown} drops keys where memory is short (maxmemory-policy ${oneLine(policy)}); set it to noeviction`,
    );
  }
}

function unreachable({ shown }: QueueAddress, error: unknown): ClsaCimError {
  const message = oneLine(error instanceof Error ? error.message : String(error)).slice(0, 200);
  if (/NOAUTH|WRONGPASS|without any password|invalid username-password/i.test(message)) {
    return new ClsaCimError(
      `--queue: ${shown} does not accept the password; give it in the URL (redis://:PASSWORD@host:port) or in ` +
        'CLSA_CIM_QUEUE_PASSWORD',
      'input',
      { code: 'UNREACHABLE' },
    );
  }
  if (/DB index|invalid DB/i.test(message)) {
    return new ClsaCimError(
      `--queue: ${shown} has no database of that number; give one that it has, 0 to 15 unless it was set up with more`,
      'input',
      { code: 'UNREACHABLE' },
    );
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : message;
  return new ClsaCimError(
    `--queue: no Redis answers at ${shown} (${code}); start one there (redis-server), or correct the URL`,
    'input',
    { code: 'UNREACHABLE' },
  );
}

function tellOfLosses(redis: Redis, { shown }: QueueAddress, notify: Notify): void {
  let isLost = false;
  redis.on('close', () => {
    if (!isLost) notify(`the connection to ${shown} is lost; trying again until it is back`);
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) notify(`connected to ${shown} again`);
    isLost = false;
  });
}

/** What Redis refuses (writing to a replica, no memory, no permission) as it is told; undefined for other errors. */
export function refusal({ shown }: QueueAddress, error: unknown): ClsaCimError | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  return new ClsaCimError(
    `--queue: ${shown} says: ${saidBy(error)}; look at what it is, or give another`,
    'input',
    { code: 'UNREACHABLE' },
  );
}

function saidBy({ message }: Error): string {
  return oneLine(message.replace(/\.? script: .*$/s, '')).slice(0, 200);
}

/**
 * Tells of what Redis refuses (no memory, no permission), the same thing once. Lost connections tell of themselves, and
 * a chunk that others have taken over is no loss.
 */
export function refusals({ shown }: QueueAddress, notify: Notify): (error: unknown) => void {
  let last = '';
  return (error) => {
    if (!(error instanceof Error) || error.name !== 'ReplyError') return;
    const message = saidBy(error);
    if (message !== last) notify(`${shown} says: ${message}; trying again`);
    last = message;
  };
}
