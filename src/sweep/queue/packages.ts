import { createRequire } from 'node:module';
import { ClsaCimError } from '../../errors.ts';

/** What a queue needs besides this package, with their versions. Few use one, so they are not installed by themselves. */
const PACKAGES: Readonly<Record<string, string>> = { bullmq: '6', ioredis: '6' };

/**
 * Sees to it that the packages of a queue are there, before anything is loaded that needs them.
 *
 * @throws ClsaCimError of kind `usage` that says what to install.
 */
export function demandQueuePackages(): void {
  const { resolve } = createRequire(import.meta.url);
  const missing = Object.keys(PACKAGES).filter((name) => !isThere(name, resolve));
  if (missing.length === 0) return;
  const versions = missing.map((name) => `${name}@${PACKAGES[name]}`);
  throw new ClsaCimError(
    `a queue needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed; ` +
      `beside clsa-cim run: npm install ${versions.join(' ')}`,
    'usage',
  );
}

function isThere(name: string, resolve: (name: string) => string): boolean {
  try {
    return resolve(name) !== '';
  } catch {
    return false;
  }
}
