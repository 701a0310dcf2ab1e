import { beforeAll, expect, test } from 'vitest';
import { loadWidthsFor, padded, shortened, widthOf, wrapped } from '../../src/report/width.ts';

/** A family that is one character, and a letter with more marks than fit. */
const FAMILY = '👩‍👩‍👧';
const MARKED = `e${'\u0301'.repeat(2000)}`;

beforeAll(() => loadWidthsFor(FAMILY));

test('wide characters take two columns, marks that combine none', () => {
  expect(widthOf('abc')).toBe(3);
  expect(widthOf('µ – … ─ █')).toBe(9);
  expect(widthOf('層')).toBe(2);
  expect(widthOf(FAMILY)).toBe(2);
  expect(widthOf(MARKED)).toBe(1);
});

test.each([
  'conv2d',
  'a'.repeat(1e5),
  '層'.repeat(1e5),
  FAMILY.repeat(1e4),
  `${MARKED}${MARKED}`,
  'ab層'.repeat(50),
])('a text is shortened in its middle to what fits', (text) => {
  for (let columns = 1; columns <= 30; columns++) {
    const shown = shortened(text, columns);
    expect(widthOf(shown)).toBeLessThanOrEqual(columns);
  }
});

test('as much is shown as fits', () => {
  for (const text of ['a'.repeat(1e5), '層'.repeat(1e5), FAMILY.repeat(1e4)]) {
    for (let columns = 1; columns <= 30; columns++) {
      expect(widthOf(shortened(text, columns))).toBeGreaterThanOrEqual(columns - 3);
    }
  }
});

test('beginning and end of a text stay', () => {
  expect(shortened('conv4_block23_1_conv', 11)).toBe('conv4…_conv');
  expect(shortened('層層層層層', 7)).toBe('層層…層');
  expect(shortened('conv', 4)).toBe('conv');
});

test('lines break between words', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapped('one two three', Number.POSITIVE_INFINITY)).toEqual(['one two three']);
  expect(wrapped('', 7)).toEqual(['']);
  expect(wrapped(`a ${'b'.repeat(1e5)} c`, 10)).toEqual(['a', 'bbbbb…bbbb', 'c']);
});

test('an endless text is cut', () => {
  const lines = wrapped('word '.repeat(1e5), 10);
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toBe('word wor …');
});

test('padding counts columns', () => {
  expect(padded('層', 4, false)).toBe('層  ');
  expect(padded('12', 4, true)).toBe('  12');
});
