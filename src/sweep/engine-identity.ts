import { engineBytes } from '../node/engine-file.ts';
import { version } from '../version.ts';
import { sha256 } from './key.ts';

/** Version of the package and content of the Wasm engine: what computes the results. */
export function engineIdentity(): string {
  return `${version} ${sha256(engineBytes())}`;
}

/** The version of the package in an {@link engineIdentity}. */
export function versionOf(identity: string): string {
  return identity.split(' ')[0]!;
}
