import type { Image } from './image.ts';
import { MOST_PIXELS } from './limits.ts';

/** The pixels that one of the result is made of, and their weights, which add up to 1. */
interface Taps {
  /** The first pixel. */
  readonly first: number;
  readonly weights: Float64Array;
}

/** A part of an image: its first column and row, and how many there are. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A part of an image that is made larger or smaller, bilinear and without aliasing as PIL and torchvision do it: a triangle, as wide as
 * two pixels of the coarser grid, first along rows and then along columns, rounded after either. Nothing beside the part is computed:
 * of an image that is all width, a square is a small share.
 */
export function resampled(
  image: Image,
  width: number,
  height: number,
  part: Part = { left: 0, top: 0, width, height },
): Image {
  const alongRows = (of: Image) =>
    width === of.width && part.width === width
      ? of
      : inColumns(of, tapsOf(of.width, width, part.left, part.width));
  const alongColumns = (of: Image) =>
    height === of.height && part.height === height
      ? of
      : inRows(of, tapsOf(of.height, height, part.top, part.height));
  // Columns of very many pixels are made shorter first, as they do not fit into memory when they are as many as there will be.
  const isTall = part.width * image.height > MOST_PIXELS;
  return isTall ? alongRows(alongColumns(image)) : alongColumns(alongRows(image));
}

function inColumns(image: Image, taps: readonly Taps[]): Image {
  const { height, channels, pixels } = image;
  const width = taps.length;
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

function inRows(image: Image, taps: readonly Taps[]): Image {
  const { width, channels, pixels } = image;
  const rowBytes = width * channels;
  const result = new Uint8Array(taps.length * rowBytes);
  const sums = new Float64Array(rowBytes);
  taps.forEach(({ first, weights }, row) => {
    sums.fill(0.5);
    for (let i = 0; i < weights.length; i++) {
      const from = (first + i) * rowBytes;
      for (let byte = 0; byte < rowBytes; byte++) sums[byte]! += weights[i]! * pixels[from + byte]!;
    }
    // Numbers are cut: half has been added.
    result.set(sums, row * rowBytes);
  });
  return { width, height: taps.length, channels, pixels: result };
}

/** Of `to` pixels that are made of `from`, those of `count` from `start` on. */
function tapsOf(from: number, to: number, start: number, count: number): Taps[] {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: count }, (_, i) => {
    const middle = (start + i + 0.5) * step;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(from, Math.floor(middle + reach + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - middle) / reach),
    );
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
