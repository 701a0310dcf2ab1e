import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { pngFile } from './png-file.ts';

/** Pixels of an inch of paper. */
const DPI = 300;

/** What turns SVG into PNG, as bytes. */
export interface PngTools {
  /** The Wasm module of resvg. */
  readonly engine: WebAssembly.Module;
  /** The font of all texts. */
  readonly font: Uint8Array;
}

let isReady: Promise<void> | undefined;

/** The text of an SVG file, whose size is in points and whose ground is filled, as a PNG of 300 pixels per inch. */
export async function plotPng(svg: string, { engine, font }: PngTools): Promise<Uint8Array> {
  isReady ??= initWasm(engine);
  await isReady;
  const drawn = new Resvg(svg, {
    // Its pixel is one of 96 per inch.
    fitTo: { mode: 'zoom', value: DPI / 96 },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  const picture = drawn.render();
  const png = await pngFile(picture, DPI);
  picture.free();
  drawn.free();
  return png;
}
