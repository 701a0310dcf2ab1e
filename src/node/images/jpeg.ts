import type * as JpegJs from 'jpeg-js';
import { ClsaCimError } from '../../errors.ts';
import type { Image } from './image.ts';
import { checkSize, damaged, decoding, MOST_PIXELS, truncated } from './limits.ts';

const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP0 = 0xe0;
const APP14 = 0xee;
/** Markers of frames, apart from those of tables between them. */
const isFrame = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
/** Progressive images have some ten scans; each goes through all pixels. */
const MOST_SCANS = 100;
/** What the decoder may take; the number of pixels bounds it before. */
const MOST_MEBIBYTES = 1024;

/** What stands in front of the pixels. */
interface JpegHead {
  /** True where the three channels are red, green and blue themselves, and not luma and two differences. */
  readonly isRgb: boolean;
}

/**
 * Decodes a JPEG file, baseline or progressive. Its orientation (EXIF) is left out, as in PIL and torchvision.
 *
 * @throws ClsaCimError where it is damaged, or larger than is decoded.
 */
export function decodeJpeg(bytes: Uint8Array, { decode }: Pick<typeof JpegJs, 'decode'>): Image {
  const { isRgb } = headOf(bytes);
  const { width, height, data } = decoding('JPEG', () =>
    decode(bytes, {
      ...{ useTArray: true, formatAsRGBA: false, tolerantDecoding: false },
      ...{ maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: MOST_MEBIBYTES },
      ...(isRgb ? { colorTransform: false } : {}),
    }),
  );
  return { width, height, channels: 3, pixels: data };
}

/** Reads what lies in front of the pixels, and looks at where they end. */
function headOf(bytes: Uint8Array): JpegHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  let at = 2;
  let ids: string | undefined;
  let hasJfif = false;
  let transform: number | undefined;
  for (;;) {
    if (at + 4 > bytes.length) throw truncated('JPEG');
    if (bytes[at] !== MARKER) throw damaged('JPEG', 'a marker is missing');
    const code = bytes[at + 1]!;
    // Bytes that fill up.
    if (code === MARKER) {
      at++;
      continue;
    }
    if (code === START_OF_SCAN) break;
    if (isFrame(code)) ids = checkFrame(view, at);
    if (code === APP0 && text(at + 4, 5) === 'JFIF\0') hasJfif = true;
    if (code === APP14 && text(at + 4, 5) === 'Adobe') transform = bytes[at + 15];
    at += 2 + view.getUint16(at + 2);
  }
  if (ids === undefined) throw damaged('JPEG', 'it does not say its size');
  checkScans(bytes, at);
  // The format does not say what its channels are: this is how libjpeg, and with it everybody, tells.
  const isRgb = !hasJfif && (transform === undefined ? ids === 'RGB' : transform === 0 && ids.length === 3);
  return { isRgb };
}

/** A frame has pixels that are decoded; what its channels are called comes back. */
function checkFrame(view: DataView, at: number): string {
  if (at + 10 > view.byteLength) throw truncated('JPEG');
  const bits = view.getUint8(at + 4);
  if (bits !== 8) {
    throw new ClsaCimError(
      `the JPEG image has ${bits} bits a channel, and 8 are read; write it with 8, or as PNG`,
    );
  }
  checkSize(view.getUint16(at + 7), view.getUint16(at + 5));
  const channels = view.getUint8(at + 9);
  const ids = Array.from({ length: channels }, (_, i) => at + 10 + 3 * i);
  if (ids.some((id) => id >= view.byteLength)) throw truncated('JPEG');
  return String.fromCharCode(...ids.map((id) => view.getUint8(id)));
}

/** In what is coded, a byte of all bits is followed by 0; so markers are told apart. */
function checkScans(bytes: Uint8Array, from: number): void {
  let scans = 0;
  for (let at = bytes.indexOf(MARKER, from); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    if (bytes[at + 1] === END_OF_IMAGE) return;
    if (bytes[at + 1] === START_OF_SCAN && ++scans > MOST_SCANS) {
      throw new ClsaCimError(`the JPEG image has more than ${MOST_SCANS} scans; write it without them`);
    }
  }
  throw truncated('JPEG');
}
