import { crc32, deflateSync } from 'node:zlib';

/** What a PNG file is made of. */
export interface PngSpec {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly colour: number;
  readonly interlace?: number;
  /** Rows as they lie in the file, each with its filter in front. */
  readonly content: Uint8Array;
  readonly palette?: readonly number[];
  /** Chunks in front of the content, by type. */
  readonly others?: Readonly<Record<string, Uint8Array>>;
}

/** A PNG file, chunk by chunk. */
export function png({
  width,
  height,
  bits,
  colour,
  interlace = 0,
  content,
  palette,
  others = {},
}: PngSpec): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour, 0, 0, interlace], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(palette))]),
    ...Object.entries(others).map(([type, bytes]) => chunk(type, bytes)),
    chunk('IDAT', deflateSync(content)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG file of 8 bits a channel, without filters. */
export function plainPng(width: number, height: number, pixels: readonly number[]): Buffer {
  const channels = pixels.length / (width * height);
  const rowBytes = width * channels;
  const rows = Array.from({ length: height }, (_, row) => [
    0,
    ...pixels.slice(row * rowBytes, (row + 1) * rowBytes),
  ]);
  const colour = { 1: 0, 2: 4, 3: 2, 4: 6 }[channels]!;
  return png({ width, height, bits: 8, colour, content: Uint8Array.from(rows.flat()) });
}
