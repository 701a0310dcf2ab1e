import type { SweepColumn, SweepMetric, SweepPicture } from '../picture/sweep.ts';
import { axisHeight, figure } from './frame.ts';
import { legendOf } from './legend.ts';
import { COLOURS, type Look } from './look.ts';
import { axisOf, type Dot, dots, dotsBySeries, scatterAxes, series, seriesLegend } from './scatter.ts';

/** What stands out among the points of a sweep, series by series. */
interface Emphasis {
  /** What the legend says of it, given what the axis up is called. */
  label(up: string): string;
  /** What the legend says of the points below. */
  readonly others: string;
  /** Which points of a series. */
  pick(points: readonly Dot[]): readonly Dot[];
  /** Whether they are joined by steps. */
  readonly isFront: boolean;
}

/** All points of a sweep by two of its columns, and those that stand out. */
export function scatterPlot(
  sweep: SweepPicture,
  look: Look,
  [x, y]: readonly [SweepColumn, SweepColumn],
  { label, others, pick, isFront }: Emphasis,
): Element {
  const [across, up] = [axisOf(x.name, x.values), axisOf(y.name, y.values)];
  const numbers = [x.values.map(across.number), y.values.map(up.number)] as const;
  const all = dotsBySeries(sweep, numbers);
  const { marginLeft, marks } = scatterAxes(look, across, up);
  const legend = legendOf(look, [
    ...seriesLegend([...all.keys()], label(up.title)),
    { label: others, colour: COLOURS.grey, shape: 'dot' },
  ]);
  return figure(look, {
    height: look.height * 1.1,
    ...{ marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look), legend },
    x: { domain: [...across.domain], type: across.type },
    y: { domain: [...up.domain], type: up.type },
    marks: [
      ...marks,
      dots(look, [...all.values()].flat()),
      ...[...all.values()].map((points, number) => series(look, pick(points), number, isFront)),
    ],
  });
}

/** The metric of that name, if the sweep has it. */
export function metricOf({ metrics }: SweepPicture, name: string | undefined): SweepMetric | undefined {
  return metrics.find((metric) => metric.name === name);
}
