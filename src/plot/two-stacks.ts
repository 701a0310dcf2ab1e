import { beside, type rowsOf } from './frame.ts';
import { tickLabel } from './label.ts';
import { legendOf } from './legend.ts';
import type { Look } from './look.ts';
import { type Stack, stackedBars, stackLegend } from './stack.ts';

/** One of two figures of stacked bars. */
export type Half = Pick<Stack, 'parts' | 'title'>;

/** Figures of the same rows side by side, in colours of their own. */
export interface TwoStacks {
  /** What the rows are called. */
  readonly names: readonly string[];
  readonly rows: ReturnType<typeof rowsOf>;
  readonly left: Half;
  /** Left away where it has no parts. */
  readonly right: Half;
  /** Share of the width behind the names that the figure at the left takes. */
  readonly leftShare: number;
}

/** Draws two figures of stacked bars side by side, with one legend. */
export function twoStacks(
  look: Look,
  { names, rows, left: first, right: second, leftShare }: TwoStacks,
): Element {
  const common = { names, rows, isCounted: true, format: tickLabel, isWithoutLegend: true };
  const left: Stack = { ...common, ...first };
  const right: Stack = { ...common, ...second, isUnnamed: true, firstColour: first.parts.length };
  const legend = legendOf(look, [...stackLegend(left), ...stackLegend(right)]);
  if (right.parts.length === 0) return beside(look, [stackedBars(look, left)], legend);
  const width = rows.marginLeft + (look.width - rows.marginLeft) * leftShare;
  return beside(
    look,
    [stackedBars({ ...look, width }, left), stackedBars({ ...look, width: look.width - width }, right)],
    legend,
  );
}
