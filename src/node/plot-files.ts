import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';

const { resolve } = createRequire(import.meta.url);

/** What turns plots into PNGs: the Wasm module of resvg, and the font of all texts. */
export function pngTools() {
  return {
    engine: compiledOnce(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm'))),
    font: readFileSync(resolve('clsa-cim/fonts/DejaVuSans.ttf')),
  };
}

/** A module that draws one picture, in less time than V8 takes to compile it once more for those that draw many. */
function compiledOnce(bytes: BufferSource): WebAssembly.Module {
  setFlagsFromString('--liftoff-only');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString('--no-liftoff-only');
  }
}
