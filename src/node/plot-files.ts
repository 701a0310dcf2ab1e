import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** What turns plots into PNGs: the Wasm module of resvg, and the font of all texts. */
export function pngTools() {
  return {
    engine: readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    font: readFileSync(resolve('clsa-cim/fonts/DejaVuSans.ttf')),
  };
}
