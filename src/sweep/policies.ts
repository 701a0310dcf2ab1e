import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from '../input/show.ts';
import { type DuplicationPolicy, duplicationPolicies } from '../map/duplication/index.ts';
import { sha256 } from './key.ts';

/** The duplication policies of a user's module, by name. */
export type Policies = Readonly<Record<string, DuplicationPolicy>>;

/** A module that waits for longer while it is loaded (`await` outside of functions) never comes to an end. */
const LOAD_MS = 30_000;

/** A user's module, before it is loaded: every thread loads it by its URL. */
export interface PolicyModule {
  readonly url: string;
  /** SHA-256 of the file; what it imports is not part of it. */
  readonly digest: string;
}

/** @throws ClsaCimError where the file cannot be read. */
export function policyModule(path: string): PolicyModule {
  return { url: pathToFileURL(path).href, digest: sha256(sourceAt(path)) };
}

/**
 * The source of a module.
 *
 * @throws ClsaCimError where it is not what it was any more: what it computes would be taken for what the old one does.
 */
export function policySource({ url, digest }: PolicyModule): Uint8Array {
  const path = fileURLToPath(url);
  const source = sourceAt(path);
  if (sha256(source) === digest) return source;
  throw new ClsaCimError(
    `policies: ${show(path)} has changed since the sweep was started; run the same command again`,
  );
}

function sourceAt(path: string): Uint8Array {
  try {
    // Looked at first: to open a named pipe may take for ever.
    if (!statSync(path).isFile()) throw new Error('it is no file');
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
    throw new ClsaCimError(`policies: ${show(path)} cannot be read (${reason}); give the path of a module`);
  }
}

/** A module that is nowhere but in memory: its URL holds it. */
export function policiesFrom(source: Uint8Array): PolicyModule {
  const base64 = Buffer.from(source).toString('base64');
  return { url: `data:text/javascript;base64,${base64}`, digest: sha256(source) };
}

/**
 * Loads a module: its named exports are policies, and so is its default export, under the name of the function.
 *
 * @throws ClsaCimError where it cannot be loaded, exports no function, or takes a name that is taken.
 */
export async function loadPolicies(module: PolicyModule): Promise<Policies> {
  const policies = new Map<string, DuplicationPolicy>();
  for (const [name, value] of Object.entries(await load(module))) {
    if (!isFunction(value)) continue;
    policies.set(name === 'default' && value.name !== '' ? value.name : name, guarded(name, value));
  }
  const names = [...policies.keys()];
  const taken = names.find((name) => Object.hasOwn(duplicationPolicies, name));
  if (taken !== undefined) {
    throw new ClsaCimError(
      `policies: ${show(taken)} is the name of a policy of ours; export it under another`,
    );
  }
  if (names.length === 0) {
    throw new ClsaCimError(
      `policies: ${nameOf(module)} exports no function; export policies, by name or as the default`,
    );
  }
  return Object.fromEntries(policies);
}

async function load(module: PolicyModule): Promise<object> {
  const { url, digest } = module;
  const isFile = url.startsWith('file:');
  if (isFile) policySource(module);
  const stop = new AbortController();
  const late = delay(LOAD_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`it is not done after ${LOAD_MS / 1000} s; export functions, and wait for nothing`);
  });
  // The one that is not waited for any more.
  late.catch(() => {});
  try {
    // A module is loaded once per URL: with its content in there, never the one that it was before.
    const loaded: object = await Promise.race([import(isFile ? `${url}?${digest}` : url), late]);
    return loaded;
  } catch (error) {
    throw new ClsaCimError(`policies: ${nameOf(module)} cannot be loaded: ${reasonOf(error)}`);
  } finally {
    stop.abort();
  }
}

function nameOf({ url }: PolicyModule): string {
  return url.startsWith('file:') ? show(fileURLToPath(url)) : 'the module of the sweep';
}

function isFunction(value: unknown): value is DuplicationPolicy & { readonly name: string } {
  return typeof value === 'function';
}

/** The policy; what it throws is the user's, not a bug of ours. */
function guarded(name: string, policy: DuplicationPolicy): DuplicationPolicy {
  return (layers, extraPes) => {
    try {
      return policy(layers, extraPes);
    } catch (error) {
      throw new ClsaCimError(`the duplication policy ${show(name)} failed: ${reasonOf(error)}`);
    }
  };
}

/** What is thrown may be anything, even what is no text when asked for it. */
function reasonOf(error: unknown): string {
  try {
    return oneLine(String(error instanceof Error ? error.message : error)).slice(0, 300);
  } catch {
    return 'it has thrown something that says nothing';
  }
}
