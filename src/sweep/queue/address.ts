import { ClsaCimError } from '../../errors.ts';
import { show } from '../../input/show.ts';

/** Where the queue is. */
export interface QueueAddress {
  /** As it may be printed: without user and password. */
  readonly shown: string;
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: Record<string, never>;
  };
}

const REDIS_PORT = 6379;
const EXAMPLE = 'give a URL such as redis://host:6379 or rediss://host:6379/0';

/**
 * Reads the URL of a Redis. The password may be in the environment (`CLSA_CIM_QUEUE_PASSWORD`) instead, where other users
 * of the machine do not see it.
 *
 * @throws ClsaCimError for what is no such URL; a password is never part of the message.
 */
export function parseQueueUrl(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'redis:' && url.protocol !== 'rediss:')) {
    // It may hold a password, so only its scheme is shown.
    const [, scheme] = /^([a-z][a-z0-9+.-]{0,15}):/i.exec(text) ?? [];
    const found = scheme === undefined || /^rediss?$/i.test(scheme) ? '' : `, found ${show(`${scheme}:`)}`;
    throw new ClsaCimError(`--queue: is no URL of a Redis${found}; ${EXAMPLE}`, 'usage');
  }
  const [, db] = /^\/?(\d{0,6})$/.exec(url.pathname) ?? [];
  if (url.hostname === '' || db === undefined || url.search !== '' || url.hash !== '') {
    throw new ClsaCimError(
      `--queue: the URL has ${url.hostname === '' ? 'no host' : 'more than host, port and number of the database'}; ${EXAMPLE}`,
      'usage',
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? REDIS_PORT : Number(url.port);
  const username = decoded(url.username);
  const password = decoded(url.password) || process.env.CLSA_CIM_QUEUE_PASSWORD;
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${db === '' ? '' : `/${db}`}`,
    options: {
      ...{ host, port, db: Number(db) },
      ...(username === '' ? {} : { username }),
      ...(password === undefined || password === '' ? {} : { password }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ClsaCimError(
      '--queue: user or password of the URL are not percent-encoded; write % as %25',
      'usage',
    );
  }
}
