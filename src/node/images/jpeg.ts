import type * as JpegJs from 'jpeg-js';
import { ClsaCimError } from '../../errors.ts';
import type { Image } from './image.ts';
import { checkSize, damaged, decoding, MOST_PIXELS, truncated } from './limits.ts';

const MARKER = 0xff;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** Markers of frames, apart from those of tables between them. */
const isFrame = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
/** Progressive images have some ten scans; each goes through all pixels. */
const MOST_SCANS = 100;
/** What the decoder may take; the number of pixels bounds it before. */
const MOST_MEBIBYTES = 1024;

/**
 * Decodes a JPEG file, baseline or progressive. Its orientation (EXIF) is left out, as in PIL and torchvision.
 *
 * @throws ClsaCimError where it is damaged, or larger than is decoded.
 */
export function decodeJpeg(bytes: Uint8Array, { decode }: Pick<typeof JpegJs, 'decode'>): Image {
  checkJpeg(bytes);
  const { width, height, data } = decoding('JPEG', () =>
    decode(bytes, {
      ...{ useTArray: true, formatAsRGBA: false, tolerantDecoding: false },
      ...{ maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: MOST_MEBIBYTES },
    }),
  );
  return { width, height, channels: 3, pixels: data };
}

/** Reads what lies in front of the pixels, and looks at where they end. */
function checkJpeg(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  let hasFrame = false;
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
    if (isFrame(code)) {
      if (at + 9 > bytes.length) throw truncated('JPEG');
      checkSize(view.getUint16(at + 7), view.getUint16(at + 5));
      hasFrame = true;
    }
    at += 2 + view.getUint16(at + 2);
  }
  if (!hasFrame) throw damaged('JPEG', 'it does not say its size');
  checkScans(bytes, at);
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
