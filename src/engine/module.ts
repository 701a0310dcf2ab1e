import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let compiled: WebAssembly.Module | undefined;

/**
 * The compiled engine. A module holds no state and can be sent to worker threads, so it is compiled once.
 * The file is found as the package exports it, from sources and from `dist` alike.
 */
export function engineModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(engineBytes());
  return compiled;
}

/** Takes a module that another thread has compiled as the engine of this one. */
export function useEngineModule(module: WebAssembly.Module): void {
  compiled = module;
}

/** Names the engine by its content: SHA-256 of the Wasm file in hexadecimal. */
export function engineDigest(): string {
  return createHash('sha256').update(engineBytes()).digest('hex');
}

function engineBytes(): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve('clsa-cim/engine.wasm'));
}
