import { fileURLToPath, pathToFileURL } from 'node:url';
import { ClsaCimError } from '../errors.ts';
import { readFile } from '../files/read-file.ts';
import { show } from '../input/show.ts';
import type { DuplicationPolicy } from '../map/duplication/index.ts';
import { duplicationNames } from '../map/duplication/tried.ts';
import { exportedFunctions } from '../node/user-module.ts';
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
    return readFile(path, 'give the path of a module');
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    throw error.withMessage(`policies: ${error.message}`);
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
  const { url, digest } = module;
  const isFile = url.startsWith('file:');
  if (isFile) policySource(module);
  // A module is loaded once per URL: with its content in there, never the one that it was before.
  const policies = await exportedFunctions(isFile ? `${url}?${digest}` : url, 'policies');
  // It may have changed while it was loaded.
  if (isFile) policySource(module);
  const taken = Object.keys(policies).find((name) => duplicationNames.includes(name));
  if (taken !== undefined) {
    throw new ClsaCimError(
      `policies: ${show(taken)} is the name of a policy of ours; export it under another`,
    );
  }
  // What they give is checked where copies are shared out.
  return policies as Policies;
}
