import { expect, test } from 'vitest';
import {
  formatGranularity,
  type Granularity,
  parseGranularity,
  setShape,
} from '../../src/workload/granularity.ts';

test.each<[string, Granularity]>([
  ['pixel', 'pixel'],
  ['row', 'row'],
  ['4x8', { height: 4, width: 8 }],
  ['1X1', { height: 1, width: 1 }],
  ['12x340', { height: 12, width: 340 }],
])('%s is a granularity', (text, granularity) => {
  expect(parseGranularity(text)).toEqual(granularity);
  expect(formatGranularity(granularity)).toBe(text.toLowerCase());
});

test.each([
  '',
  'rows',
  '0x4',
  '4x0',
  '4',
  'x4',
  '4x',
  ' 4x4',
  '4x4 ',
  '4x4x4',
  '-1x4',
  '1.5x2',
  `1x${'9'.repeat(17)}`,
  `${'9'.repeat(17)}x1`,
])('%j is none', (text) => {
  expect(() => parseGranularity(text)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringContaining(`granularity ${JSON.stringify(text)} is none`),
    }),
  );
});

test('sets are no larger than the map', () => {
  const map = { height: 5, width: 7, channels: 2 };
  expect(setShape('pixel', map)).toEqual({ height: 1, width: 1 });
  expect(setShape('row', map)).toEqual({ height: 1, width: 7 });
  expect(setShape({ height: 4, width: 9 }, map)).toEqual({ height: 4, width: 7 });
  expect(setShape({ height: 9, width: 3 }, map)).toEqual({ height: 5, width: 3 });
  for (const [height, width] of [
    [0, 1],
    [1, 0],
    [1.5, 1],
    [1, Number.NaN],
  ] as const) {
    expect(() => setShape({ height, width }, map)).toThrow(`granularity "${height}x${width}" is none`);
  }
});
