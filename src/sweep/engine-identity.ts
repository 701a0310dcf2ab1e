import { engineDigest } from '../engine/module.ts';
import { version } from '../version.ts';

/** Version of the package and content of the Wasm engine: what computes the results. */
export function engineIdentity(): string {
  return `${version} ${engineDigest()}`;
}

/** The version of the package in an {@link engineIdentity}. */
export function versionOf(identity: string): string {
  return identity.split(' ')[0]!;
}
