import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findEngineBy } from '../engine/module.ts';

/** The Wasm file of the engine, which is found as the package exports it, from sources and from `dist` alike. */
export function engineBytes(): Uint8Array<ArrayBuffer> {
  return readFileSync(createRequire(import.meta.url).resolve('clsa-cim/engine.wasm'));
}

// Whoever imports this file need not say where the engine is.
findEngineBy(engineBytes);
