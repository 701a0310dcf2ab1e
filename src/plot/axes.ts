import { type AxisKind, type PlotKind, plotKinds } from './kinds.ts';

/** What kind of column a plot takes across and up; nothing where these cannot be chosen. */
export function axesOf(kind: PlotKind): readonly AxisKind[] {
  const known = plotKinds[kind];
  return 'axes' in known ? known.axes : [];
}

/** The kinds of plots whose axes can be chosen. */
export const KINDS_WITH_AXES: readonly PlotKind[] = (Object.keys(plotKinds) as PlotKind[]).filter(
  (kind) => axesOf(kind).length > 0,
);

/** A column that was chosen and that a sweep does not have. */
export interface UnknownAxis {
  /** Which axis it was chosen for. */
  readonly axis: 'x' | 'y';
  /** What it should have been. */
  readonly kind: AxisKind;
  /** What was chosen. */
  readonly given: string;
  /** What there is. */
  readonly known: readonly string[];
}

/** The first axis that a plot of a kind cannot have, if there is one. */
export function unknownAxis(
  kind: PlotKind,
  chosen: { readonly x?: string | undefined; readonly y?: string | undefined },
  columns: Readonly<Record<AxisKind, readonly string[]>>,
): UnknownAxis | undefined {
  const axes = ['x', 'y'] as const;
  for (const [i, column] of axesOf(kind).entries()) {
    const axis = axes[i]!;
    const given = chosen[axis];
    const known = columns[column];
    if (given !== undefined && !known.includes(given)) return { axis, kind: column, given, known };
  }
  return undefined;
}
