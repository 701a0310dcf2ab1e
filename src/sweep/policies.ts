import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ClsaCimError } from '../errors.ts';
import { oneLine, show } from '../input/show.ts';
import { type DuplicationPolicy, duplicationPolicies } from '../map/duplication/index.ts';
import { sha256 } from './key.ts';

/** The duplication policies of a user's module, by name. */
export type Policies = Readonly<Record<string, DuplicationPolicy>>;

/** A user's module, before it is loaded: every thread loads it by its URL. */
export interface PolicyModule {
  readonly url: string;
  /** SHA-256 of the file; what it imports is not part of it. */
  readonly digest: string;
}

/** @throws ClsaCimError where the file cannot be read. */
export function policyModule(path: string): PolicyModule {
  try {
    return { url: pathToFileURL(path).href, digest: sha256(readFileSync(path)) };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ClsaCimError(`policies: ${show(path)} cannot be read (${reason}); give the path of a module`);
  }
}

/**
 * Loads a module: its named exports are policies, and so is its default export, under the name of the function.
 *
 * @throws ClsaCimError where it cannot be loaded, exports no function, or takes a name that is taken.
 */
export async function loadPolicies({ url }: PolicyModule): Promise<Policies> {
  const policies: Record<string, DuplicationPolicy> = {};
  for (const [name, value] of Object.entries(await load(url))) {
    if (!isFunction(value)) continue;
    policies[name === 'default' && value.name !== '' ? value.name : name] = guarded(name, value);
  }
  const names = Object.keys(policies);
  const taken = names.find((name) => Object.hasOwn(duplicationPolicies, name));
  if (taken !== undefined) {
    throw new ClsaCimError(
      `policies: ${show(taken)} is the name of a policy of ours; export it under another`,
    );
  }
  if (names.length === 0) {
    throw new ClsaCimError(
      `policies: ${show(url)} exports no function; export policies, by name or as the default`,
    );
  }
  return policies;
}

async function load(url: string): Promise<object> {
  try {
    const module: object = await import(url);
    return module;
  } catch (error) {
    throw new ClsaCimError(`policies: ${show(url)} cannot be loaded: ${reasonOf(error)}`);
  }
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

function reasonOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error)).slice(0, 300);
}
