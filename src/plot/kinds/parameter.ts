import type { SweepColumn, SweepMetric, SweepPicture } from '../../picture/sweep.ts';
import { note } from '../frame.ts';
import type { Look } from '../look.ts';
import type { Dot } from '../scatter.ts';
import { metricOf, scatterPlot } from '../scatter-plot.ts';

/** The unit in the title of an axis. */
const UNIT = / \([^)]*\)$/;

/** A metric over a parameter: all points, and the best of each model at each value. */
export function parameterPlot(sweep: SweepPicture, look: Look): Element {
  const x = parameterOf(sweep, look.x);
  const y = metricOf(sweep, look.y ?? sweep.pareto[0]);
  if (x === undefined)
    return note(
      look,
      `No ${look.x === undefined ? '' : 'such '}parameter of this sweep has more than one value.`,
    );
  if (y === undefined) return note(look, 'No point of this sweep has the metric.');
  return scatterPlot(sweep, look, [x, y], {
    label: (title) => `${y.isHighBetter ? 'highest' : 'lowest'} ${title.replace(UNIT, '')}`,
    others: 'all points',
    pick: (points) => bestOf(points, y),
    isFront: false,
  });
}

/** The parameter of that name; the first that is a number by default. */
function parameterOf({ parameters }: SweepPicture, name: string | undefined): SweepColumn | undefined {
  if (name !== undefined) return parameters.find((parameter) => parameter.name === name);
  const isNumeric = ({ values }: SweepColumn) =>
    values.every((value) => value === null || typeof value === 'number');
  return parameters.find(isNumeric) ?? parameters[0];
}

/** At each position across the best point, from the left to the right. */
function bestOf(points: readonly Dot[], { isHighBetter }: SweepMetric): Dot[] {
  const best = new Map<number, Dot>();
  for (const point of points) {
    const before = best.get(point.x);
    if (before === undefined || (isHighBetter ? point.y > before.y : point.y < before.y))
      best.set(point.x, point);
  }
  return [...best.values()].toSorted((a, b) => a.x - b.x);
}
