import type { Image } from './image.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodePng } from './png.ts';

/** Decodes the bytes of an image file. */
export type ImageDecoder = (bytes: Uint8Array) => Image;

/** Loads the decoder of a format, `png` or `jpeg`; whoever reads no images has no use for it. */
export async function imageDecoder(format: 'png' | 'jpeg'): Promise<ImageDecoder> {
  if (format === 'png') {
    const library = await import('fast-png');
    return (bytes) => decodePng(bytes, library);
  }
  const { default: library } = await import('jpeg-js');
  return (bytes) => decodeJpeg(bytes, library);
}
