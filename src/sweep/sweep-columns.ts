import { isHighBetter, isMetric } from './columns.ts';
import type { SweepPlan } from './plan.ts';

/** What the columns of the tables of a sweep are. */
export interface SweepColumns {
  /** Names of all columns, in the order of the cells of a row. */
  readonly names: readonly string[];
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  /** Metrics, and whether more is better. */
  readonly metrics: readonly { readonly name: string; readonly isHighBetter: boolean }[];
  /** Metrics of the Pareto front. */
  readonly pareto: readonly string[];
}

/** What the columns of the tables of a plan are. */
export function sweepColumns({ columns, manifest }: Pick<SweepPlan, 'columns' | 'manifest'>): SweepColumns {
  const names = columns.map(({ name }) => name);
  return {
    ...{ names, parameters: manifest.axes.flatMap((axis) => axis.names), pareto: manifest.pareto },
    metrics: names.filter(isMetric).map((name) => ({ name, isHighBetter: isHighBetter(name) })),
  };
}
