import type { Image } from './image.ts';
import { resampled } from './resample.ts';

/** Ways to make an image as large as an input, with what they do. */
export const FITS = {
  centre: 'its middle, of its shorter side 7/8, as torchvision evaluates (224 of 256)',
  cover: 'its middle, as large as it can be',
  stretch: 'all of it, each side by itself',
} as const;

/** A name of one of them. */
export type Fit = keyof typeof FITS;

/** What of the side that limits is left, as torchvision has it. */
const CENTRE_SHARE = 0.875;

/** The image as large as an input is. One that already is stays as it is. */
export function fitted(image: Image, width: number, height: number, fit: Fit): Image {
  if (image.width === width && image.height === height) return image;
  if (fit === 'stretch') return resampled(image, width, height);
  const share = fit === 'centre' ? CENTRE_SHARE : 1;
  const [widest, highest] = [Math.floor(width / share), Math.floor(height / share)];
  // The side that is scaled less reaches over the input, the other one beyond it.
  const isWide = image.width * highest >= image.height * widest;
  const [wide, high] = isWide
    ? [Math.floor((image.width * highest) / image.height), highest]
    : [widest, Math.floor((image.height * widest) / image.width)];
  return resampled(image, wide, high, { left: half(wide - width), top: half(high - height), width, height });
}

/** Half of a number, of two as near the even one. */
function half(size: number): number {
  const low = Math.floor(size / 2);
  return size % 2 === 1 && low % 2 === 1 ? low + 1 : low;
}
