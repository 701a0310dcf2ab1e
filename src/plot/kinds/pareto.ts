import type { SweepMetric, SweepPicture } from '../../picture/sweep.ts';
import { axisHeight, figure, note } from '../frame.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';
import { axisOf, type Dot, dots, dotsBySeries, scatterAxes, series, seriesLegend } from '../scatter.ts';

/** All points of a sweep by two metrics, and the front of each model. */
export function paretoPlot(sweep: SweepPicture, look: Look): Element {
  const wanted = look.axes ?? [];
  const x = metricOf(sweep, wanted[0] ?? sweep.pareto[1]);
  const y = metricOf(sweep, wanted[1] ?? sweep.pareto[0]);
  if (x === undefined || y === undefined) {
    return note(look, 'No point of this sweep has both metrics.');
  }
  const [across, up] = [axisOf(x.name, x.values), axisOf(y.name, y.values)];
  const numbers = [x.values.map(across.number), y.values.map(up.number)] as const;
  const all = dotsBySeries(sweep, numbers);
  const fronts = new Map([...all].map(([name, points]) => [name, frontOf(points, x, y)]));
  const { marginLeft, marks } = scatterAxes(look, across, up);
  const names = [...all.keys()];
  const legend = legendOf(look, [
    ...seriesLegend(names, 'Pareto front'),
    { label: 'other points', colour: COLOURS.grey, shape: 'dot' },
  ]);
  return figure(look, {
    height: look.height * 1.1,
    ...{ marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look), legend },
    x: { domain: [...across.domain], type: across.type },
    y: { domain: [...up.domain], type: up.type },
    marks: [
      ...marks,
      dots(look, [...all.values()].flat()),
      ...[...fronts.values()].map((points, number) => series(look, points, number, true)),
    ],
  });
}

function metricOf({ metrics }: SweepPicture, name: string | undefined): SweepMetric | undefined {
  return metrics.find((metric) => metric.name === name);
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
