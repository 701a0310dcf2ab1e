import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { ClsaCimError } from '../../errors.ts';
import { show } from '../../input/show.ts';
import { sha256 } from '../key.ts';
import type { RunnerSetup } from '../point-runner.ts';
import { loadPolicies, type PolicyModule, policiesFrom, policySource } from '../policies.ts';
import { contentKey, parseSetup, type SharedSetup } from './protocol.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** What points of a sweep refer to, as it travels: contents by their digests, one of which lists the others. */
export interface Contents {
  readonly setup: string;
  readonly hasPolicies: boolean;
  readonly byDigest: ReadonlyMap<string, Uint8Array>;
}

/** @throws ClsaCimError for policies that cannot travel. */
export async function contentsOf(engine: string, setup: RunnerSetup): Promise<Contents> {
  const byDigest = new Map<string, Uint8Array>();
  const added = (bytes: Uint8Array): string => {
    const digest = sha256(bytes);
    byDigest.set(digest, bytes);
    return digest;
  };
  const { architectures, texts, policies } = setup;
  const shared: SharedSetup = {
    engine,
    networks: setup.networks.map((network) =>
      typeof network === 'string' ? { error: network } : { digest: added(Buffer.from(network)) },
    ),
    ...{ architectures, texts },
    ...(policies === undefined ? {} : { policies: { digest: added(await sourceOf(policies)) } }),
  };
  const hasPolicies = policies !== undefined;
  return { setup: added(Buffer.from(JSON.stringify(shared))), hasPolicies, byDigest };
}

/** Source of the user's policies; they have to load from it alone, wherever that is. */
async function sourceOf(module: PolicyModule): Promise<Uint8Array> {
  const source = policySource(module);
  try {
    await loadPolicies(policiesFrom(source));
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    throw new ClsaCimError(
      `policies: ${show(fileURLToPath(module.url))} imports what is not on other machines; put all into one JavaScript file`,
    );
  }
  return source;
}

/** Digests of the contents that are not there. */
export async function missingContents(
  redis: Redis,
  sweep: string,
  { byDigest }: Contents,
): Promise<readonly string[]> {
  const there = new Set(await redis.hkeys(contentKey(sweep)));
  return [...byDigest.keys()].filter((digest) => !there.has(digest));
}

/** Stores contents under their digests. */
export async function upload(
  redis: Redis,
  sweep: string,
  { byDigest }: Contents,
  digests: readonly string[],
): Promise<void> {
  for (const digest of digests) {
    await redis.hset(contentKey(sweep), digest, await zip(byDigest.get(digest)!));
  }
}

/** Why a worker cannot work for a sweep. */
export class Unservable extends Error {
  override readonly name = 'Unservable';
}

/**
 * What points of a sweep refer to. What is damaged is taken out of Redis, so that the sweep sends it again.
 *
 * @throws Unservable where something is missing or damaged, or there are policies and they are not allowed.
 */
export async function download(
  redis: Redis,
  sweep: string,
  digest: string,
  allowPolicies: boolean,
): Promise<RunnerSetup> {
  const content = async (name: string) => fetched(redis, sweep, name);
  const shared = parseSetup((await content(digest)).toString());
  if (shared === undefined)
    throw new Unservable('what it refers to is of another kind than this version knows');
  if (shared.policies !== undefined && !allowPolicies) {
    throw new Unservable(
      'it has policies, that is, code, and this worker was started without --allow-policies',
    );
  }
  const networks: (SharedArrayBuffer | string)[] = [];
  for (const network of shared.networks) {
    networks.push('error' in network ? network.error : forThreads(await content(network.digest)));
  }
  const { architectures, texts, policies } = shared;
  return {
    ...{ networks, architectures, texts },
    ...(policies === undefined ? {} : { policies: policiesFrom(await content(policies.digest)) }),
  };
}

async function fetched(redis: Redis, sweep: string, digest: string): Promise<Buffer> {
  const key = contentKey(sweep);
  const zipped = await redis.hgetBuffer(key, digest);
  const short = digest.slice(0, 12);
  if (zipped === null)
    throw new Unservable(`its content ${short} is not there; the process that gathers sends it`);
  const bytes = await unzip(zipped).catch(() => undefined);
  if (bytes !== undefined && sha256(bytes) === digest) return bytes;
  await redis.hdel(key, digest);
  throw new Unservable(
    `its content ${short} is damaged and was removed; the process that gathers sends it again`,
  );
}

function forThreads(bytes: Uint8Array): SharedArrayBuffer {
  const content = new SharedArrayBuffer(bytes.length);
  new Uint8Array(content).set(bytes);
  return content;
}
