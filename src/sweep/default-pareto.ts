import type { Architecture } from '../architecture/architecture.ts';
import { crossbarClasses } from '../architecture/normal-architecture.ts';
import type { Axis } from './grid.ts';

/** The sides of a crossbar, which are parameters too. */
const SIDES = ['crossbarRows', 'crossbarColumns'] as const;

/**
 * Metrics of the Pareto front where none are given: time and PEs; cells instead of PEs where the points have crossbars of
 * several sizes, since a PE is not the same everywhere then.
 */
export function defaultPareto(
  architectures: readonly Architecture[],
  axes: readonly Axis[],
): readonly string[] {
  const isMixed = SIDES.some((side) => {
    const given = axes.flatMap(({ names, rows }) => {
      const column = names.indexOf(side);
      return column < 0 ? [] : rows.map((row) => row[column]!);
    });
    const own = architectures.flatMap((architecture) =>
      crossbarClasses(architecture).map((one) => one[side]),
    );
    return new Set(given.length > 0 ? given : own).size > 1;
  });
  return ['latencyNs', isMixed ? 'cells' : 'totalPes'];
}
