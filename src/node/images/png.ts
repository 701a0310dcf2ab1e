import { inflateSync } from 'node:zlib';
import type * as FastPng from 'fast-png';
import { ClsaCimError } from '../../errors.ts';
import type { Image } from './image.ts';
import { checkSize, damaged, decoding, truncated } from './limits.ts';

/** Bytes of the signature. */
const SIGNATURE = 8;
/** Bytes of a chunk apart from its content: length, type and checksum. */
const FRAME = 12;
/** Chunks that pixels are made of; all others are left out, among them profiles and texts, which are compressed, too. */
const NEEDED = ['IHDR', 'PLTE', 'IDAT', 'IEND'];
/** Per colour type: values of a pixel, and the bits that one may have. */
const COLOURS: Readonly<Record<number, readonly [number, readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};
/** The colour type of palettes. Files of other types may have one, too, as a hint to screens of few colours. */
const INDEXED = 3;
/** First column and row of the passes of an interlaced image, and from one to the next. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** What the header says. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Values of a pixel. */
  readonly values: number;
  /** True where a value is that of a palette. */
  readonly isIndexed: boolean;
  readonly isInterlaced: boolean;
}

/**
 * Decodes a PNG file. Transparency is left out; of 16 bits the upper ones stay.
 *
 * @throws ClsaCimError where it is damaged, or larger than is decoded.
 */
export function decodePng(bytes: Uint8Array, { decode, convertIndexedToRgb }: typeof FastPng): Image {
  const chunks = chunksOf(bytes);
  const header = headerOf(bytes, chunks[0]);
  const { width, height, values } = header;
  checkSize(width, height);
  checkContent(bytes, chunks, header);
  const needed = chunks.map(({ at, length }) => bytes.subarray(at, at + length + FRAME));
  const image = decoding('PNG', () =>
    decode(Buffer.concat([bytes.subarray(0, SIGNATURE), ...needed]), { checkCrc: true }),
  );
  if (header.isIndexed) {
    const pixels = decoding('PNG', () => convertIndexedToRgb(image));
    return { width, height, channels: 3, pixels };
  }
  const grey = values <= 2;
  const channels = grey ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const read = readerOf(header, image.data);
  for (let pixel = 0, to = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) pixels[to++] = read(pixel, channel);
  }
  return { width, height, channels, pixels };
}

/** Chunks that are needed, in their order; `at` is where the chunk begins, `length` that of its content. */
function chunksOf(
  bytes: Uint8Array,
): { readonly type: string; readonly at: number; readonly length: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = [];
  for (let at = SIGNATURE; ; ) {
    if (at + FRAME > bytes.length) throw truncated('PNG');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + FRAME + length > bytes.length) throw truncated('PNG');
    if (NEEDED.includes(type)) chunks.push({ type, at, length });
    if (type === 'IEND') return chunks;
    at += FRAME + length;
  }
}

function headerOf(bytes: Uint8Array, first: ReturnType<typeof chunksOf>[number] | undefined): Header {
  if (first?.type !== 'IHDR' || first.length !== 13)
    throw damaged('PNG', 'it does not begin with its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset + first.at + 8, 13);
  const [bits, colour, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  const [values, possible] = COLOURS[colour] ?? [0, []];
  if (!possible.includes(bits))
    throw damaged('PNG', `there are no pixels of colour type ${colour} with ${bits} bits`);
  if (interlace > 0 && bits < 8) {
    throw new ClsaCimError(
      `the PNG image is interlaced and has ${bits} bits a pixel, which is not read; write it without interlacing`,
    );
  }
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, bits, values, isIndexed: colour === INDEXED, isInterlaced: interlace > 0 };
}

/** The content has as many bytes as the header says: a small file may inflate to any size. */
function checkContent(bytes: Uint8Array, chunks: ReturnType<typeof chunksOf>, header: Header): void {
  const content = chunks.flatMap(({ type, at, length }) =>
    type === 'IDAT' ? [bytes.subarray(at + 8, at + 8 + length)] : [],
  );
  if (content.length === 0) throw truncated('PNG');
  const size = contentBytes(header);
  const inflated = decoding('PNG', () => inflateSync(Buffer.concat(content), { maxOutputLength: size }));
  if (inflated.length < size) throw truncated('PNG');
}

/** Bytes of all rows, each with one in front of it. */
function contentBytes({ width, height, bits, values, isInterlaced }: Header): number {
  const rows = (columns: number, count: number) =>
    columns === 0 ? 0 : count * (1 + Math.ceil((columns * bits * values) / 8));
  if (!isInterlaced) return rows(width, height);
  return PASSES.reduce(
    (sum, [x, y, stepX, stepY]) =>
      sum + rows(Math.max(0, Math.ceil((width - x) / stepX)), Math.max(0, Math.ceil((height - y) / stepY))),
    0,
  );
}

/** Reads a channel of a pixel as a number of 8 bits. */
function readerOf(
  { width, bits, values }: Header,
  data: ArrayLike<number>,
): (pixel: number, channel: number) => number {
  if (bits === 8) return (pixel, channel) => data[pixel * values + channel]!;
  if (bits === 16) return (pixel, channel) => data[pixel * values + channel]! >> 8;
  // Levels of grey: several pixels a byte, rows begin with a byte.
  const perByte = 8 / bits;
  const rowBytes = Math.ceil(width / perByte);
  const most = 2 ** bits - 1;
  return (pixel) => {
    const column = pixel % width;
    const byte = data[Math.floor(pixel / width) * rowBytes + Math.floor(column / perByte)]!;
    return (((byte >> (8 - bits * ((column % perByte) + 1))) & most) * 255) / most;
  };
}
