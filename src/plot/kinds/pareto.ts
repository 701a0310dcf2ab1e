import type { SweepPicture } from '../../picture/sweep.ts';
import { note } from '../frame.ts';
import type { Look } from '../look.ts';
import type { Dot } from '../scatter.ts';
import { metricOf, scatterPlot } from '../scatter-plot.ts';

/** All points of a sweep by two metrics, and the front of each model. */
export function paretoPlot(sweep: SweepPicture, look: Look): Element {
  const x = metricOf(sweep, look.x ?? sweep.pareto[1]);
  const y = metricOf(sweep, look.y ?? sweep.pareto[0]);
  if (x === undefined || y === undefined) {
    return note(look, 'No point of this sweep has both metrics.');
  }
  return scatterPlot(sweep, look, [x, y], {
    label: () => 'Pareto front',
    others: 'other points',
    pick: (points) => frontOf(points, x, y),
    isFront: true,
  });
}

/** The points that no other one beats in both, from the left to the right. */
export function frontOf(
  points: readonly Dot[],
  x: { isHighBetter: boolean },
  y: { isHighBetter: boolean },
): Dot[] {
  const cost = ({ isHighBetter }: { isHighBetter: boolean }, value: number) =>
    isHighBetter ? -value : value;
  const sorted = points.toSorted((a, b) => cost(x, a.x) - cost(x, b.x) || cost(y, a.y) - cost(y, b.y));
  const front: Dot[] = [];
  let best = Infinity;
  for (const point of sorted) {
    if (cost(y, point.y) >= best) continue;
    best = cost(y, point.y);
    front.push(point);
  }
  return front.toSorted((a, b) => a.x - b.x);
}
