import { integer } from '../report/table.ts';
import { span } from './span.ts';
import { Status } from './status.ts';

/** Shows on standard error how far a sweep is. */
export interface SweepProgress {
  /** @param before Points of these that were finished in an earlier run. */
  add(points: number, before: number): void;
  stop(): void;
}

/** How many points are done, how fast that goes, and how much time is left. */
export function sweepProgress(total: number): SweepProgress {
  const start = performance.now();
  const status = new Status();
  let done = 0;
  let before = 0;
  const progress = () => {
    const perSecond = ((done - before) * 1000) / (performance.now() - start);
    const rate = perSecond < 10 ? perSecond.toPrecision(2) : integer(Math.round(perSecond));
    const left = perSecond > 0 ? span((total - done) / perSecond) : '?';
    return {
      share: done / total,
      text: `${integer(done)} of ${integer(total)} points, ${rate} per second, ${left} left`,
    };
  };
  return {
    add(points, finishedBefore) {
      done += points;
      before += finishedBefore;
      status.update(progress);
    },
    stop: () => status.end(),
  };
}
