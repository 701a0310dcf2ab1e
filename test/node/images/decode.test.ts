import { deflateSync } from 'node:zlib';
import * as fastPng from 'fast-png';
import { encode } from 'jpeg-js';
import { expect, test } from 'vitest';
import { imageDecoder } from '../../../src/node/images/decode.ts';
import { formatOfValues } from '../../../src/node/images/image-format.ts';
import { messageOf } from '../../thrown.ts';
import { type PngSpec, plainPng, png } from './png-writer.ts';

const [decodePng, decodeJpeg] = [await imageDecoder('png'), await imageDecoder('jpeg')];

/** A JPEG file of one colour, or with levels from left to right. */
function jpeg(
  width: number,
  height: number,
  levelOf: (column: number) => readonly [number, number, number],
): Buffer {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) data.set([...levelOf(i % width), 255], 4 * i);
  return encode({ width, height, data }, 95).data;
}

const wide: Omit<PngSpec, 'bits' | 'colour' | 'content'> = { width: 3, height: 2 };

test.each<[string, PngSpec, number, number[]]>([
  [
    '1 bit of grey',
    { ...wide, bits: 1, colour: 0, content: Uint8Array.of(0, 0b10100000, 0, 0b01000000) },
    1,
    [255, 0, 255, 0, 255, 0],
  ],
  [
    '2 bits of grey',
    { ...wide, bits: 2, colour: 0, content: Uint8Array.of(0, 0b00011011, 0, 0b11100100) },
    1,
    [0, 85, 170, 255, 170, 85],
  ],
  [
    '4 bits of grey',
    { ...wide, bits: 4, colour: 0, content: Uint8Array.of(0, 0x0f, 0x70, 0, 0x12, 0x30) },
    1,
    [0, 255, 119, 17, 34, 51],
  ],
  [
    '16 bits of grey, of which the upper ones stay',
    { width: 3, height: 1, bits: 16, colour: 0, content: Uint8Array.of(0, 0xff, 0xff, 0x12, 0xff, 0, 0xff) },
    1,
    [255, 18, 0],
  ],
  [
    'grey that has a palette, too, which is only a hint',
    { width: 2, height: 1, bits: 8, colour: 0, palette: [9, 9, 9], content: Uint8Array.of(0, 7, 200) },
    1,
    [7, 200],
  ],
  [
    'grey with alpha',
    { width: 2, height: 1, bits: 8, colour: 4, content: Uint8Array.of(0, 9, 0, 8, 255) },
    1,
    [9, 8],
  ],
  [
    'colours with alpha',
    { width: 1, height: 1, bits: 8, colour: 6, content: Uint8Array.of(0, 1, 2, 3, 0) },
    3,
    [1, 2, 3],
  ],
  [
    'a palette of 2 bits, which has transparent colours',
    {
      ...{ ...wide, bits: 2, colour: 3, content: Uint8Array.of(0, 0b00011000, 0, 0b10000100) },
      ...{ palette: [1, 2, 3, 4, 5, 6, 7, 8, 9], others: { tRNS: Uint8Array.of(0, 1) } },
    },
    3,
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9, 1, 2, 3, 4, 5, 6],
  ],
  [
    'rows that are differences to those above them',
    { width: 2, height: 2, bits: 8, colour: 0, content: Uint8Array.of(1, 10, 1, 2, 5, 250) },
    1,
    [10, 11, 15, 5],
  ],
  [
    'interlaced rows',
    {
      ...{ width: 2, height: 2, bits: 8, colour: 0, interlace: 1 },
      content: Uint8Array.of(0, 1, 0, 2, 0, 3, 4),
    },
    1,
    [1, 2, 3, 4],
  ],
])('a PNG image of %s is read', (_, spec, channels, pixels) => {
  const { width, height } = spec;
  const image = decodePng(png(spec));
  expect({ ...image, pixels: [...image.pixels] }).toEqual({ width, height, channels, pixels });
});

test('a JPEG image is read, within what it loses', () => {
  const image = decodeJpeg(jpeg(40, 24, (column) => [6 * column, 100, 200 - column]));
  expect(image).toMatchObject({ width: 40, height: 24, channels: 3 });
  const first = [...image.pixels.subarray(0, 3), ...image.pixels.subarray(3 * 39, 3 * 40)];
  first.forEach((value, i) => {
    expect(Math.abs(value - [0, 100, 200, 234, 100, 161][i]!)).toBeLessThan(12);
  });
});

const small = plainPng(2, 2, [1, 2, 3, 4]);
const large = png({ width: 30_000, height: 30_000, bits: 8, colour: 0, content: Uint8Array.of(0) });
const bomb = png({ width: 1, height: 1, bits: 8, colour: 0, content: new Uint8Array(1_000_000) });

test.each<[string, Buffer, string]>([
  ['ends early', small.subarray(0, -14), 'the PNG image ends before all of it is there; copy it once more'],
  [
    'has too few rows',
    png({ width: 2, height: 2, bits: 8, colour: 0, content: Uint8Array.of(0, 1, 2) }),
    'ends before',
  ],
  ['has nothing but a signature', small.subarray(0, 8), 'ends before'],
  [
    'is too large',
    large,
    'the image has 30000 x 30000 pixels, and 16777216 are the most that are decoded; make it smaller first',
  ],
  [
    'is much larger than it says',
    bomb,
    'the PNG image cannot be decoded (Cannot create a Buffer larger than 2 bytes)',
  ],
  [
    'has no pixels',
    png({ width: 0, height: 3, bits: 8, colour: 0, content: Uint8Array.of(0) }),
    '0 x 3 pixels, which are none',
  ],
  [
    'has colours that there are none of',
    png({ width: 1, height: 1, bits: 4, colour: 2, content: Uint8Array.of(0) }),
    'colour type 2 with 4 bits',
  ],
  [
    'is interlaced with pixels below a byte',
    png({ width: 1, height: 1, bits: 1, colour: 0, interlace: 1, content: Uint8Array.of(0, 0) }),
    'write it without interlacing',
  ],
  [
    'is damaged',
    Buffer.from(small.map((byte, i) => (i === 45 ? byte ^ 1 : byte))),
    'the PNG image cannot be decoded',
  ],
  [
    'has a colour that is not in its palette',
    png({ width: 1, height: 1, bits: 8, colour: 3, palette: [1, 2, 3], content: Uint8Array.of(0, 5) }),
    'Incorrect index of palette color',
  ],
])('a PNG image that %s is refused in one line', (_, bytes, message) => {
  expect(messageOf(() => decodePng(bytes))).toContain(message);
});

test('what is packed beside the pixels is not unpacked', () => {
  const profile = Buffer.concat([
    Buffer.from('a\0\0', 'latin1'),
    deflateSync(new Uint8Array(1000)).subarray(0, 9),
  ]);
  const spec = {
    width: 1,
    height: 1,
    bits: 8,
    colour: 0,
    content: Uint8Array.of(0, 7),
    others: { iCCP: profile },
  };
  expect(() => fastPng.decode(png(spec))).toThrow();
  expect([...decodePng(png(spec)).pixels]).toEqual([7]);
});

const photo = jpeg(32, 16, () => [1, 2, 3]);
/** The same with another size in its header. */
function claiming(width: number, height: number): Buffer {
  const bytes = Buffer.from(photo);
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}
/** A JPEG image of one level of grey, which is coded as that level, 128 and 128, with other marks of what these are. */
function marked(ids: string, adobe?: number): Buffer {
  const bytes = Buffer.from(jpeg(8, 8, () => [60, 60, 60]));
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  const scan = bytes.indexOf(Buffer.of(0xff, 0xda));
  [...Buffer.from(ids, 'latin1')].forEach((id, i) => {
    bytes[frame + 10 + 3 * i] = id;
    bytes[scan + 5 + 2 * i] = id;
  });
  const mark = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, adobe ?? 0]);
  const jfif = bytes.indexOf('JFIF') - 4;
  const behind = jfif + 2 + bytes.readUInt16BE(jfif + 2);
  const marks = adobe === undefined ? [] : [mark];
  return Buffer.concat([bytes.subarray(0, jfif), ...marks, bytes.subarray(behind)]);
}

test.each<[string, string, number | undefined, number[]]>([
  ['says nothing', '\u0001\u0002\u0003', undefined, [60, 60, 60]],
  ['says Adobe, and that they are differences', '\u0001\u0002\u0003', 1, [60, 60, 60]],
  ['says Adobe, and that they are colours', '\u0001\u0002\u0003', 0, [60, 128, 128]],
  ['calls them R, G and B', 'RGB', undefined, [60, 128, 128]],
])('the channels of a JPEG file that %s are what libjpeg takes them for', (_, ids, adobe, pixel) => {
  expect([...decodeJpeg(marked(ids, adobe)).pixels.subarray(0, 3)]).toEqual(pixel);
});

/** The same with so many bits a channel in its header. */
function deep(bits: number): Buffer {
  const bytes = Buffer.from(photo);
  bytes[bytes.indexOf(Buffer.of(0xff, 0xc0)) + 4] = bits;
  return bytes;
}

/** The same with its scan so often. */
function scanned(times: number): Buffer {
  const scan = photo.indexOf(Buffer.of(0xff, 0xda));
  return Buffer.concat([
    photo.subarray(0, scan),
    ...Array.from({ length: times }, () => photo.subarray(scan, -2)),
    photo.subarray(-2),
  ]);
}

test.each<[string, Buffer, string]>([
  ['ends early', photo.subarray(0, -20), 'the JPEG image ends before all of it is there'],
  ['ends within its header', photo.subarray(0, 30), 'ends before'],
  ['has nothing but a marker', photo.subarray(0, 3), 'ends before'],
  ['is too large', claiming(60_000, 60_000), 'the image has 60000 x 60000 pixels, and 16777216 are the most'],
  ['has no rows', claiming(8, 0), '8 x 0 pixels, which are none'],
  ['has 12 bits', deep(12), 'has 12 bits a channel, and 8 are read'],
  ['has many scans', scanned(200), 'more than 100 scans'],
  [
    'has no frame',
    Buffer.concat([photo.subarray(0, 2), photo.subarray(photo.indexOf(Buffer.of(0xff, 0xda)))]),
    'does not say its size',
  ],
  [
    'is none behind its first bytes',
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2, 1, 2, 3, 4]),
    'a marker is missing',
  ],
])('a JPEG image that %s is refused in one line', (_, bytes, message) => {
  expect(messageOf(() => decodeJpeg(bytes))).toContain(message);
});

test('formats are told by the content', () => {
  const text = (of: string) => formatOfValues(Buffer.from(of, 'latin1'));
  expect([formatOfValues(small), formatOfValues(photo)]).toEqual(['png', 'jpeg']);
  expect(text('\x93NUMPY\x01\0')).toBe('npy');
  expect(text('RIFF\0\0\0\0WEBPVP8 ')).toBe('a WebP image');
  expect(text('GIF89a')).toBe('a GIF image');
  expect(text('')).toBeUndefined();
  expect(text('hello')).toBeUndefined();
});
