import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import type { SweepColumns } from '../picture/sweep.ts';
import { axesOf, KINDS_WITH_AXES, unknownAxis } from '../plot/axes.ts';
import type { PlotKind } from '../plot/kinds.ts';

/** Which columns of a sweep a plot shows. */
export interface AxisFlags {
  readonly plotKind?: PlotKind;
  readonly plotX?: string;
  readonly plotY?: string;
}

/** @throws ClsaCimError where axes are chosen for a kind of plot that has none to choose. */
export function refuseAxesOf(kind: PlotKind, { plotX, plotY }: AxisFlags): void {
  if ((plotX ?? plotY) === undefined || axesOf(kind).length > 0) return;
  throw new ClsaCimError(
    `of kind ${kind}: its axes cannot be chosen; leave out --plot-x and --plot-y, or give --plot-kind ${KINDS_WITH_AXES.join(' or ')}`,
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
  const columns = { parameter: parameters, metric: metrics.map(({ name }) => name) };
  const unknown = unknownAxis(plotKind, { x: plotX, y: plotY }, columns);
  if (unknown === undefined) return;
  const { axis, kind, given, known } = unknown;
  throw unknownName(`--plot-${axis}: no ${kind} of this sweep is called`, given, known, 'usage');
}
