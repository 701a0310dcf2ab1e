import type { Image } from './image.ts';

/** The pixels that one of the result is made of, and their weights, which add up to 1. */
interface Taps {
  /** The first pixel. */
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Makes an image larger or smaller, bilinear and without aliasing as PIL and torchvision do it: a triangle, as wide as two
 * pixels of the coarser grid, first along rows and then along columns, rounded after either.
 */
export function resampled(image: Image, width: number, height: number): Image {
  return alongColumns(alongRows(image, width), height);
}

function alongRows(image: Image, width: number): Image {
  const { height, channels, pixels } = image;
  if (width === image.width) return image;
  const taps = tapsOf(image.width, width);
  const result = new Uint8Array(width * height * channels);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const from = row * image.width * channels;
    for (const { first, weights } of taps) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0.5;
        let at = from + first * channels + channel;
        for (let i = 0; i < weights.length; i++, at += channels) sum += weights[i]! * pixels[at]!;
        result[to++] = sum;
      }
    }
  }
  return { width, height, channels, pixels: result };
}

function alongColumns(image: Image, height: number): Image {
  const { width, channels, pixels } = image;
  if (height === image.height) return image;
  const rowBytes = width * channels;
  const result = new Uint8Array(height * rowBytes);
  const sums = new Float64Array(rowBytes);
  tapsOf(image.height, height).forEach(({ first, weights }, row) => {
    sums.fill(0.5);
    for (let i = 0; i < weights.length; i++) {
      const from = (first + i) * rowBytes;
      for (let byte = 0; byte < rowBytes; byte++) sums[byte]! += weights[i]! * pixels[from + byte]!;
    }
    // Numbers are cut: half has been added.
    result.set(sums, row * rowBytes);
  });
  return { width, height, channels, pixels: result };
}

function tapsOf(from: number, to: number): Taps[] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, i) => {
    const middle = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(from, Math.floor(middle + reach + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - middle) / reach),
    );
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
