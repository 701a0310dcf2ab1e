import type { SweepColumn, SweepMetric, SweepPicture } from '../../picture/sweep.ts';
import { axisHeight, figure, note } from '../frame.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';
import { axisOf, type Dot, dots, dotsBySeries, scatterAxes, series, seriesLegend } from '../scatter.ts';

/** A metric over a parameter: all points, and the best of each model at each value. */
export function parameterPlot(sweep: SweepPicture, look: Look): Element {
  const x = parameterOf(sweep, look.axes?.[0]);
  const y = metricOf(sweep, look.axes?.[1]);
  if (x === undefined) return note(look, 'No parameter of this sweep has more than one value.');
  if (y === undefined) return note(look, 'No point of this sweep has the metric.');
  const [across, up] = [axisOf(x.name, x.values), axisOf(y.name, y.values)];
  const numbers = [x.values.map(across.number), y.values.map(up.number)] as const;
  const all = dotsBySeries(sweep, numbers);
  const { marginLeft, marks } = scatterAxes(look, across, up);
  const legend = legendOf(look, [
    ...seriesLegend([...all.keys()], `${y.isHighBetter ? 'highest' : 'lowest'} ${y.name}`),
    { label: 'all points', colour: COLOURS.grey, shape: 'dot' },
  ]);
  return figure(look, {
    height: look.height * 1.1,
    ...{ marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look), legend },
    x: { domain: [...across.domain], type: across.type },
    y: { domain: [...up.domain], type: up.type },
    marks: [
      ...marks,
      dots(look, [...all.values()].flat()),
      ...[...all.values()].map((points, number) => series(look, bestOf(points, y), number, false)),
    ],
  });
}

/** The parameter of that name; the first that is a number by default. */
function parameterOf({ parameters }: SweepPicture, name: string | undefined): SweepColumn | undefined {
  if (name !== undefined) return parameters.find((parameter) => parameter.name === name);
  const isNumeric = ({ values }: SweepColumn) =>
    values.every((value) => value === null || typeof value === 'number');
  return parameters.find(isNumeric) ?? parameters[0];
}

function metricOf({ metrics, pareto }: SweepPicture, name = pareto[0]): SweepMetric | undefined {
  return metrics.find((metric) => metric.name === name);
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
