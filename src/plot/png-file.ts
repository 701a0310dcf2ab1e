import { through } from '../picture/compress.ts';

/** Pixels of a picture that hides what is behind it. */
export interface Pixels {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Red, green, blue and alpha of each, row by row; alpha is not looked at. */
  readonly pixels: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Eight bits a sample, three samples a pixel; compressed, filtered and interlaced in the only, the usual and no way. */
const TRUE_COLOUR = [8, 2, 0, 0, 0];
const METRES_PER_INCH = 0.0254;
/** The unit of the resolution. */
const PER_METRE = 1;

/** A picture as a PNG file. What draws it writes PNGs too, but in Wasm, which takes longer than drawing. */
export async function pngFile(picture: Pixels, dotsPerInch: number): Promise<Uint8Array> {
  const perMetre = bigEndian(Math.round(dotsPerInch / METRES_PER_INCH));
  const data = await through(rowsOf(picture), new CompressionStream('deflate'));
  return joined([
    SIGNATURE,
    ...chunk('IHDR', [...bigEndian(picture.width), ...bigEndian(picture.height), ...TRUE_COLOUR]),
    ...chunk('pHYs', [...perMetre, ...perMetre, PER_METRE]),
    ...chunk('IDAT', data),
    ...chunk('IEND', []),
  ]);
}

/** Each row begins with its filter, which is none: large areas of one colour compress best so. */
function rowsOf({ width, height, pixels }: Pixels): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (1 + 3 * width));
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++, from += 4) {
      rows[to++] = pixels[from]!;
      rows[to++] = pixels[from + 1]!;
      rows[to++] = pixels[from + 2]!;
    }
  }
  return rows;
}

/** Length, type, data and checksum. */
function chunk(type: string, data: ArrayLike<number>): ArrayLike<number>[] {
  const name = new TextEncoder().encode(type);
  return [bigEndian(data.length), name, data, bigEndian(checksum([name, data]))];
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function joined(parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What a byte does to the checksum. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32. */
function checksum(parts: readonly ArrayLike<number>[]): number {
  let crc = 0xffffffff;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) crc = CRC_TABLE[(crc ^ part[i]!) & 255]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}
