import { inflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-wasm';
import { expect, test } from 'vitest';
import { pngTools } from '../../src/node/plot-files.ts';
import { plotPng } from '../../src/plot/png.ts';
import { plotSvg } from '../../src/plot/svg.ts';
import { scheduled } from './drawings.ts';

/** The chunks of a PNG: their types, data and checksums. */
function chunksOf(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const found: { type: string; data: Buffer; sum: number }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    found.push({
      ...{ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) },
      sum: bytes.readUInt32BE(end),
    });
    at = end + 4;
  }
  return found;
}

test('a PNG has the pixels that were drawn, 300 an inch, in chunks with their checksums', async () => {
  const tools = pngTools();
  const svg = plotSvg(scheduled('tinyyolov3').drawing, 'copies');
  const png = await plotPng(svg, tools);
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const [header, resolution, data, end, ...others] = chunksOf(png);
  expect(others).toEqual([]);
  // As resvg and others write the same bytes.
  expect(resolution).toMatchObject({ type: 'pHYs', sum: 0x78a53f76 });
  expect(resolution!.data.readUInt32BE(0)).toBe(11811);
  expect(end).toMatchObject({ type: 'IEND', sum: 0xae426082 });

  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 300 / 96 },
    font: { fontBuffers: [tools.font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  }).render();
  const { width, height, pixels } = drawn;
  expect([header!.data.readUInt32BE(0), header!.data.readUInt32BE(4)]).toEqual([width, height]);
  expect(width).toBe(Math.round(3.5 * 300));
  const rows = inflateSync(data!.data);
  expect(rows.length).toBe(height * (1 + 3 * width));
  const opaque = Buffer.alloc(rows.length);
  let isFilled = true;
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    opaque[to++] = 0;
    for (let x = 0; x < width; x++, from += 4, to += 3) {
      opaque.set(pixels.subarray(from, from + 3), to);
      isFilled &&= pixels[from + 3] === 255;
    }
  }
  expect(isFilled).toBe(true);
  expect(rows.equals(opaque)).toBe(true);
  expect(new Set(pixels).size).toBeGreaterThan(20);
});
