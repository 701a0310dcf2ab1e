import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Pixels of an inch of paper. */
const DPI = 300;
/** Where the first chunk of a PNG ends. */
const AFTER_HEADER = 33;
/** The chunk that says so: pHYs with 11811 pixels per metre each way, and its checksum. */
const RESOLUTION = [
  0, 0, 0, 9, 0x70, 0x48, 0x59, 0x73, 0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1, 0x78, 0xa5, 0x3f, 0x76,
];

/** What turns SVG into PNG, as bytes. */
export interface PngTools {
  /** The Wasm module of resvg. */
  readonly engine: BufferSource;
  /** The font of all texts. */
  readonly font: Uint8Array;
}

let isReady: Promise<void> | undefined;

/** The text of an SVG file, whose size is in points, as a PNG of 300 pixels per inch. */
export async function plotPng(svg: string, { engine, font }: PngTools): Promise<Uint8Array> {
  isReady ??= initWasm(engine);
  await isReady;
  const drawn = new Resvg(svg, {
    // Its pixel is one of 96 per inch.
    fitTo: { mode: 'zoom', value: DPI / 96 },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  const png = drawn.render().asPng();
  drawn.free();
  const whole = new Uint8Array(png.length + RESOLUTION.length);
  whole.set(png.subarray(0, AFTER_HEADER));
  whole.set(RESOLUTION, AFTER_HEADER);
  whole.set(png.subarray(AFTER_HEADER), AFTER_HEADER + RESOLUTION.length);
  return whole;
}
