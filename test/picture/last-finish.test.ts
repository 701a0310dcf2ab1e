import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LastFinish } from '../../src/picture/last-finish.ts';
import type { SetClock } from '../../src/picture/set-clock.ts';
import type { TimelineLane } from '../../src/picture/timeline.ts';

/** A lane of which nothing but the finishes of its sets matters. */
function laneOf(finishes: readonly number[]): TimelineLane {
  return { sets: finishes.length, endCycle: Math.max(0, ...finishes) } as TimelineLane;
}

function clockOf(finishes: readonly number[]): SetClock {
  return { start: () => 0, end: () => 0, finish: (set) => finishes[set]! };
}

test('is the first of the sets that finish last until a cycle, in blocks as one by one', () => {
  const finishes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 3000, size: 'max' });
  fc.assert(
    fc.property(fc.array(finishes, { maxLength: 4 }), (lanes) => {
      const lastFinish = new LastFinish(lanes.map(laneOf), lanes.map(clockOf));
      const all = lanes.flatMap((own, lane) => own.map((until, set) => ({ lane, set, until })));
      expect(lastFinish.ofAll()).toEqual(lastFinish.until(Number.POSITIVE_INFINITY));
      for (const cycle of [0, 1, 150, 299, 300, Number.POSITIVE_INFINITY]) {
        const before = all.filter(({ until }) => until <= cycle);
        const most = before.reduce((latest, { until }) => Math.max(latest, until), 0);
        expect(lastFinish.until(cycle)).toEqual(before.find(({ until }) => until === most));
      }
    }),
    { numRuns: 50 },
  );
});
