import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let compiled: WebAssembly.Module | undefined;

/**
 * The compiled engine. A module holds no state and can be sent to worker threads, so it is compiled once.
 * The file is found as the package exports it, from sources and from `dist` alike.
 */
export function engineModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('clsa-cim/engine.wasm')),
  );
  return compiled;
}
