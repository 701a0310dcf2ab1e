import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Fit, fitted } from '../../../src/node/images/fit.ts';
import type { Image } from '../../../src/node/images/image.ts';
import { resampled } from '../../../src/node/images/resample.ts';

const grey = (width: number, height: number, pixels: readonly number[]): Image => ({
  ...{ width, height, channels: 1 },
  pixels: Uint8Array.from(pixels),
});

/** Pixels whose level is a function of where they are. */
const drawn = (width: number, height: number, level: (x: number, y: number) => number): Image =>
  grey(
    width,
    height,
    Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
  );

describe('by hand', () => {
  test('half as wide: triangles of four pixels, cut at the edge', () => {
    // (0.75·0 + 0.75·100 + 0.25·200) / 1.75 = 71.4, (0.25·100 + 0.75·200 + 0.75·255) / 1.75 = 209.3
    expect([...resampled(grey(4, 1, [0, 100, 200, 255]), 2, 1).pixels]).toEqual([71, 209]);
  });

  test('twice as wide: between the middles of two pixels', () => {
    expect([...resampled(grey(2, 1, [0, 100]), 4, 1).pixels]).toEqual([0, 25, 75, 100]);
  });

  test('the same along columns', () => {
    expect([...resampled(grey(1, 4, [0, 100, 200, 255]), 1, 2).pixels]).toEqual([71, 209]);
    expect([...resampled(grey(1, 2, [0, 100]), 1, 4).pixels]).toEqual([0, 25, 75, 100]);
  });

  test('channels by themselves', () => {
    const image = {
      ...{ width: 2, height: 1, channels: 3 as const },
      pixels: Uint8Array.of(0, 10, 200, 100, 10, 0),
    };
    expect([...resampled(image, 1, 1).pixels]).toEqual([50, 10, 100]);
  });
});

test('levels are those of PIL, or one beside them where sums are rounded', () => {
  const file: unknown = JSON.parse(readFileSync(new URL('pil.json', import.meta.url), 'utf8'));
  const { resized } = file as { readonly resized: readonly [[number, number], readonly number[]][] };
  const image = drawn(11, 7, (x, y) => (7 * x * x + 13 * y + 5 * x * y) % 256);
  for (const [[width, height], levels] of resized) {
    const { pixels } = resampled(image, width, height);
    expect(pixels.length).toBe(levels.length);
    levels.forEach((level, i) => {
      expect(Math.abs(pixels[i]! - level), `${width} x ${height}, ${i}`).toBeLessThanOrEqual(1);
    });
  }
});

test('an image of one level stays one', () => {
  for (const [width, height] of [
    [3, 5],
    [13, 2],
    [1, 1],
    [40, 31],
  ] as const) {
    expect(
      new Set(
        resampled(
          drawn(11, 7, () => 93),
          width,
          height,
        ).pixels,
      ),
    ).toEqual(new Set([93]));
  }
});

/** Which part of an image is seen: the levels of its first and last column and row. */
function seen(width: number, height: number, side: number, fit: Fit): number[] {
  const columns = fitted(
    drawn(width, height, (x) => (255 * x) / (width - 1)),
    side,
    side,
    fit,
  );
  const rows = fitted(
    drawn(width, height, (_, y) => (255 * y) / (height - 1)),
    side,
    side,
    fit,
  );
  const share = (pixels: Uint8Array, at: number) => pixels.at(at)! / 255;
  return [
    share(columns.pixels, 0),
    share(columns.pixels, side - 1),
    share(rows.pixels, 0),
    share(rows.pixels, -1),
  ];
}

test.each<[Fit, readonly [number, number], readonly number[]]>([
  ['stretch', [300, 200], [0, 1, 0, 1]],
  ['cover', [300, 200], [1 / 6, 5 / 6, 0, 1]],
  ['cover', [200, 300], [0, 1, 1 / 6, 5 / 6]],
  // 7/8 of 200 pixels, of 300 in width.
  ['centre', [300, 200], [62.5 / 300, 237.5 / 300, 1 / 16, 15 / 16]],
  ['centre', [100, 100], [1 / 16, 15 / 16, 1 / 16, 15 / 16]],
])('%s of %j pixels', (fit, [width, height], shares) => {
  seen(width, height, 56, fit).forEach((share, i) => {
    expect(Math.abs(share - shares[i]!)).toBeLessThan(0.02);
  });
});

test('what already is as large as the input stays as it is', () => {
  const image = drawn(6, 4, (x, y) => 7 * x + y);
  for (const fit of ['centre', 'cover', 'stretch'] as const) expect(fitted(image, 6, 4, fit)).toBe(image);
});

test.each([
  [1, 1, 8, 8],
  [1, 500, 9, 3],
  [500, 1, 3, 9],
  [7, 7, 1, 1],
  [225, 224, 224, 224],
])('%i x %i pixels fill an input of %i x %i', (width, height, ofInput, high) => {
  for (const fit of ['centre', 'cover', 'stretch'] as const) {
    const image = fitted(
      drawn(width, height, () => 50),
      ofInput,
      high,
      fit,
    );
    expect(image).toMatchObject({ width: ofInput, height: high });
    expect([...image.pixels]).toEqual(Array.from({ length: ofInput * high }, () => 50));
  }
});

test('a part of an image is what is cut out of all of it', () => {
  const image = drawn(23, 17, (x, y) => (x * 41 + y * 67) % 256);
  for (const [width, height] of [
    [9, 31],
    [40, 5],
    [23, 17],
  ] as const) {
    const whole = resampled(image, width, height);
    const part = resampled(image, width, height, { left: 3, top: 2, width: 4, height: 3 });
    expect([...part.pixels]).toEqual(
      [2, 3, 4].flatMap((y) => [...whole.pixels.subarray(y * width + 3, y * width + 7)]),
    );
  }
});

test.each([
  [2 ** 24, 1],
  [1, 2 ** 24],
  [200_000, 50],
])('an image of %i x %i pixels takes no more memory and time than its pixels', (width, height) => {
  const image = { width, height, channels: 1 as const, pixels: new Uint8Array(width * height).fill(50) };
  for (const fit of ['centre', 'cover'] as const) {
    const start = process.cpuUsage();
    expect(new Set(fitted(image, 224, 224, fit).pixels)).toEqual(new Set([50]));
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(2);
  }
});
