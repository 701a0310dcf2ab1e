import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisValues } from '../../src/sweep/axes.ts';

describe('values of an axis', () => {
  test('are a list, one value, or a range with its end', () => {
    expect(axisValues(['row', 'pixel', null, true], 'x')).toEqual(['row', 'pixel', null, true]);
    expect(axisValues(16, 'x')).toEqual([16]);
    expect(axisValues({ from: 0, to: 32, step: 8 }, 'x')).toEqual([0, 8, 16, 24, 32]);
    expect(axisValues({ from: 0, to: 31, step: 8 }, 'x')).toEqual([0, 8, 16, 24]);
    expect(axisValues({ from: 64, to: 512, factor: 2 }, 'x')).toEqual([64, 128, 256, 512]);
    expect(axisValues({ from: 1, to: 20, factor: 2.5 }, 'x')).toEqual([1, 2.5, 6.25, 15.625]);
  });

  test('of a range of decimals are exact', () => {
    expect(axisValues({ from: 0.1, to: 0.7, step: 0.1 }, 'x')).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(axisValues({ from: 0.1, to: 1000, factor: 10 }, 'x')).toEqual([0.1, 1, 10, 100, 1000]);
    const tenths = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(
        tenths,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (from, span, step) => {
          const expected: number[] = [];
          for (let at = from; at <= from + span; at += step) expected.push(Number(`${at}e-1`));
          const values = axisValues({ from: from / 10, to: (from + span) / 10, step: step / 10 }, 'x');
          expect(values.map((value) => Number(value) + 0)).toEqual(expected);
        },
      ),
    );
  });

  test.each([
    [[], 'empty'],
    [[[1]], 'x.0: must be a number'],
    [{ from: 1, to: 2 }, 'either step or factor'],
    [{ from: 1, to: 2, step: 1, factor: 2 }, 'either step or factor'],
    [{ from: 1, to: 2, step: 0 }, 'above 0'],
    [{ from: 1, to: 2, factor: 1 }, 'above 1'],
    [{ from: 0, to: 2, factor: 2 }, 'starts above 0'],
    [{ from: 3, to: 2, step: 1 }, 'from <= to'],
    [{ from: 0, to: 1, step: 1e-9 }, 'more than 1048576 values'],
    [{ from: 0, to: 1, stop: 1 }, 'unknown field'],
  ])('refuses %j', (input, message) => {
    expect(() => axisValues(input, 'x')).toThrow(message);
  });
});
