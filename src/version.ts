import { createRequire } from 'node:module';

/** The version where the bundler has written it into the package: to look it up takes milliseconds. */
declare const BUNDLED_VERSION: string | undefined;

/** The version of this package. */
export const version: string =
  typeof BUNDLED_VERSION === 'string'
    ? BUNDLED_VERSION
    : String(createRequire(import.meta.url)('clsa-cim/package.json').version);
