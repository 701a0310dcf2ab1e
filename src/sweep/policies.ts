import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ClsaCimError } from '../errors.ts';
import { exportedFunctions } from '../input/module.ts';
import { show } from '../input/show.ts';
import { type DuplicationPolicy, duplicationPolicies } from '../map/duplication/index.ts';
import { sha256 } from './key.ts';

/** The duplication policies of a user's module, by name. */
export type Policies = Readonly<Record<string, DuplicationPolicy>>;

/** A user's module, before it is loaded: every thread loads it by its URL. */
export interface PolicyModule {
  /** Where it is, as `import` takes it. */
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
  const policies = await exportedFunctions(url, 'policies');
  const taken = Object.keys(policies).find((name) => Object.hasOwn(duplicationPolicies, name));
  if (taken !== undefined) {
    throw new ClsaCimError(
      `policies: ${show(taken)} is the name of a policy of ours; export it under another`,
    );
  }
  // What they give is checked where copies are shared out.
  return policies as Policies;
}
