import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import { sha256 } from '../key.ts';
import type { RunnerSetup } from '../point-runner.ts';
import { loadPolicies } from '../policies.ts';
import { contentKey, parseSetup, type SharedSetup } from './protocol.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** What points of a sweep refer to, as it travels: contents by their digests, one of which lists the others. */
export interface Contents {
  readonly setup: string;
  readonly byDigest: ReadonlyMap<string, Uint8Array>;
}

/** @throws ClsaCimError for policies that cannot travel. */
export async function contentsOf(setup: RunnerSetup): Promise<Contents> {
  const byDigest = new Map<string, Uint8Array>();
  const added = (bytes: Uint8Array): string => {
    const digest = sha256(bytes);
    byDigest.set(digest, bytes);
    return digest;
  };
  const { architectures, texts, policies } = setup;
  const shared: SharedSetup = {
    networks: setup.networks.map((network) =>
      typeof network === 'string' ? { error: network } : { digest: added(Buffer.from(network)) },
    ),
    ...{ architectures, texts },
    ...(policies === undefined ? {} : { policies: { digest: added(await sourceOf(policies.url)) } }),
  };
  return { setup: added(Buffer.from(JSON.stringify(shared))), byDigest };
}

/** Source of the user's policies; they have to load from it alone, wherever that is. */
async function sourceOf(url: string): Promise<Uint8Array> {
  const source = readFileSync(fileURLToPath(url));
  try {
    await loadPolicies(policiesFrom(source));
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    throw new ClsaCimError(
      `policies: ${show(fileURLToPath(url))} imports what is not on other machines; put all into one JavaScript file`,
    );
  }
  return source;
}

function policiesFrom(source: Uint8Array) {
  const base64 = Buffer.from(source).toString('base64');
  return { url: `data:text/javascript;base64,${base64}`, digest: sha256(source) };
}

/** Stores contents under their digests. */
export async function upload(redis: Redis, sweep: string, { byDigest }: Contents): Promise<void> {
  for (const [digest, bytes] of byDigest) await redis.hset(contentKey(sweep), digest, await zip(bytes));
}

/** True where all contents are there. */
export async function isUploaded(redis: Redis, sweep: string, { byDigest }: Contents): Promise<boolean> {
  return (await redis.hlen(contentKey(sweep))) >= byDigest.size;
}

/** What points of a sweep refer to; undefined where it is not (or no longer) there. */
export async function download(
  redis: Redis,
  sweep: string,
  digest: string,
): Promise<RunnerSetup | undefined> {
  const content = async (name: string) => fetched(redis, sweep, name);
  const setup = await content(digest);
  const shared = setup === undefined ? undefined : parseSetup(setup.toString());
  if (shared === undefined) return undefined;
  const networks: (SharedArrayBuffer | string)[] = [];
  for (const network of shared.networks) {
    const bytes = 'error' in network ? network.error : await content(network.digest);
    if (bytes === undefined) return undefined;
    networks.push(typeof bytes === 'string' ? bytes : forThreads(bytes));
  }
  const source = shared.policies === undefined ? undefined : await content(shared.policies.digest);
  if (shared.policies !== undefined && source === undefined) return undefined;
  const { architectures, texts } = shared;
  return {
    ...{ networks, architectures, texts },
    ...(source === undefined ? {} : { policies: policiesFrom(source) }),
  };
}

async function fetched(redis: Redis, sweep: string, digest: string): Promise<Buffer | undefined> {
  const zipped = await redis.hgetBuffer(contentKey(sweep), digest);
  if (zipped === null) return undefined;
  const bytes = await unzip(zipped);
  return sha256(bytes) === digest ? bytes : undefined;
}

function forThreads(bytes: Uint8Array): SharedArrayBuffer {
  const content = new SharedArrayBuffer(bytes.length);
  new Uint8Array(content).set(bytes);
  return content;
}
