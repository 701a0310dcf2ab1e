import { createRequire } from 'node:module';

/** The version of this package. */
export const version: string = String(createRequire(import.meta.url)('clsa-cim/package.json').version);
