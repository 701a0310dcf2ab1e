import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFront } from '../../src/sweep/pareto.ts';

/** Points that no other one beats, by comparing all with all. */
function unbeaten(points: readonly (readonly number[])[]): number[] {
  const beats = (a: readonly number[], b: readonly number[]) =>
    a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!);
  return points.flatMap((point, i) => (points.some((other) => beats(other, point)) ? [] : [i]));
}

test.each([2, 3])('the front in %i metrics is what no point beats', (metrics) => {
  const point = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: metrics, maxLength: metrics });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 40 }), (points) => {
      const columns = Array.from({ length: metrics }, (_, i) => Float64Array.from(points, (one) => one[i]!));
      expect(paretoFront(columns).toSorted((a, b) => a - b)).toEqual(unbeaten(points));
    }),
    { numRuns: 1000 },
  );
});
