import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { type AxisKind, type PlotKind, plotKinds } from '../plot/kinds.ts';
import type { SweepColumns } from '../sweep/plan-columns.ts';

/** Which columns of a sweep a plot shows. */
export interface AxisFlags {
  readonly plotKind?: PlotKind;
  readonly plotX?: string;
  readonly plotY?: string;
}

/** What kind of column a plot takes across and up; nothing where these cannot be chosen. */
export function axesOf(kind: PlotKind): readonly AxisKind[] {
  const known = plotKinds[kind];
  return 'axes' in known ? known.axes : [];
}

/** @throws ClsaCimError where axes are chosen for a kind of plot that has none to choose. */
export function refuseAxesOf(kind: PlotKind, { plotX, plotY }: AxisFlags): void {
  if ((plotX ?? plotY) === undefined || axesOf(kind).length > 0) return;
  const others = (Object.keys(plotKinds) as PlotKind[]).filter((other) => axesOf(other).length > 0);
  throw new ClsaCimError(
    `of kind ${kind}: its axes cannot be chosen; leave out --plot-x and --plot-y, or give --plot-kind ${others.join(' or ')}`,
    'usage',
  );
}

/**
 * Sees to it that the sweep has the columns that its plot shall show, before it runs.
 *
 * @throws ClsaCimError with the columns that there are.
 */
export function demandAxes(
  { plotKind = 'pareto', plotX, plotY }: AxisFlags,
  { parameters, metrics }: Pick<SweepColumns, 'parameters' | 'metrics'>,
): void {
  const known = { parameter: parameters, metric: metrics.map(({ name }) => name) };
  const given = [
    ['--plot-x', plotX],
    ['--plot-y', plotY],
  ] as const;
  axesOf(plotKind).forEach((kind, axis) => {
    const [option, name] = given[axis]!;
    if (name === undefined || known[kind].includes(name)) return;
    throw unknownName(`${option}: no ${kind} of this sweep is called`, name, known[kind], 'usage');
  });
}
