import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LastFinish } from '../../src/picture/last-finish.ts';
import type { TimelineLane } from '../../src/picture/timeline.ts';

/** A lane of which nothing but the finishes of its sets matters. */
function laneOf(finishes: readonly number[]): TimelineLane {
  const times = {
    starts: new Float64Array(),
    ends: new Float64Array(),
    finishes: Float64Array.from(finishes),
  };
  return { times } as unknown as TimelineLane;
}

test('is the first of the sets that finish last until a cycle, in blocks as one by one', () => {
  const finishes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 3000, size: 'max' });
  fc.assert(
    fc.property(fc.array(finishes, { maxLength: 4 }), (lanes) => {
      const lastFinish = new LastFinish(lanes.map(laneOf));
      const all = lanes.flatMap((own, lane) => own.map((until, set) => ({ lane, set, until })));
      for (const cycle of [0, 1, 150, 299, 300, Number.POSITIVE_INFINITY]) {
        const before = all.filter(({ until }) => until <= cycle);
        const most = before.reduce((latest, { until }) => Math.max(latest, until), 0);
        expect(lastFinish.until(cycle)).toEqual(before.find(({ until }) => until === most));
      }
    }),
    { numRuns: 50 },
  );
});
