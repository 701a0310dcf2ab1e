import type { Column, Value } from '../files/table.ts';
import type { SweepColumns } from '../picture/sweep.ts';
import { isHighBetter, isMetric, occasionalColumns, resultColumns, resultType } from './columns.ts';
import type { Axis } from './grid.ts';
import { findParameter, parameterType } from './parameters.ts';

/**
 * The columns of the tables of a sweep: parameters as the spec names them, results that are not there yet, whether a point is
 * on the front, why it failed.
 */
export function columnsOf(axes: readonly Axis[]): Column[] {
  const results = resultColumns(kindsOf(axes));
  const parameters = axes.flatMap(({ names }) => names);
  return [
    ...parameters.map((name): Column => {
      if (name === 'model' || name === 'architecture') return { name, type: 'text' };
      return { name, type: parameterType(findParameter(name, 'sweep')) };
    }),
    ...results.filter((name) => !parameters.includes(name)).map((name) => ({ name, type: resultType(name) })),
    { name: 'pareto', type: 'boolean' },
    { name: 'error', type: 'text' },
  ];
}

/** Names of the columns that tables have only where some point has a value. */
export function occasionalColumnsOf(axes: readonly Axis[]): string[] {
  const names = axes.flatMap((axis) => axis.names);
  return occasionalColumns(kindsOf(axes)).filter((name) => !names.includes(name));
}

/** The part of a plan that its columns follow from. */
interface PlannedColumns {
  /** All of its tables. */
  readonly columns: readonly Column[];
  readonly manifest: { readonly axes: readonly Axis[]; readonly pareto: readonly string[] };
}

/** What the columns of the tables of a plan are. */
export function sweepColumns({ columns, manifest: { axes, pareto } }: PlannedColumns): SweepColumns {
  const names = columns.map(({ name }) => name);
  return {
    ...{ names, parameters: axes.flatMap((axis) => axis.names), pareto },
    metrics: names.filter(isMetric).map((name) => ({ name, isHighBetter: isHighBetter(name) })),
  };
}

/** Whether there are points that are scheduled, and that are simulated. */
function kindsOf(axes: readonly Axis[]) {
  const simulated = valuesOf(axes, 'simulated');
  return {
    ideal: simulated.length === 0 || simulated.includes(false),
    simulated: simulated.includes(true),
  };
}

function valuesOf(axes: readonly Axis[], parameter: string): Value[] {
  return axes.flatMap(({ names, rows }) =>
    names.includes(parameter) ? rows.map((row) => row[names.indexOf(parameter)]!) : [],
  );
}
