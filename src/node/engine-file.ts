import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findEngineBy } from '../engine/module.ts';

/** Files of the package that this one is part of, two folders below the engine. */
const IN_PACKAGE = /\/dist\/src\/(?:chunks\/engine-file|command-line\/run)-[\w-]+\.c?js$/;

/** The Wasm file of the engine, which is found as the package exports it, from sources and from `dist` alike. */
export function engineBytes(): Uint8Array<ArrayBuffer> {
  return readFileSync(fileInPackage() ?? createRequire(import.meta.url).resolve('clsa-cim/engine.wasm'));
}

/** Where the engine is in the package: to look up what the package exports takes longer than to read it. */
function fileInPackage(): URL | undefined {
  const url = import.meta.url;
  if (!IN_PACKAGE.test(url)) return undefined;
  const file = new URL('../../engine.wasm', url);
  return existsSync(file) ? file : undefined;
}

// Whoever imports this file need not say where the engine is.
findEngineBy(engineBytes);
