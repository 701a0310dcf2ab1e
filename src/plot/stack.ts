import { type RenderFunction, ruleX } from '@observablehq/plot';
import { acrossAxis, axisHeight, figure, fittingTicks, type Rows, rowsOf } from './frame.ts';
import { niceTicks, wholeTicks } from './label.ts';
import { type LegendItem, legendOf } from './legend.ts';
import { type Look, SERIES } from './look.ts';
import { rectanglePath, svgElement } from './svg-element.ts';

/** Bars of several parts, one for each name from the top down. */
export interface Stack {
  readonly names: readonly string[];
  /** Parts from the left to the right, each with its values by name. */
  readonly parts: readonly { readonly label: string; readonly values: readonly number[] }[];
  readonly title: string;
  /** How values on the axis are written. */
  readonly format: (value: number) => string;
  /** Whether values are whole numbers. */
  readonly isCounted?: boolean;
  /** Where its bars are, if that is known already. */
  readonly rows?: Rows;
  /** Without names, where a figure at the left has them. */
  readonly isUnnamed?: boolean;
  readonly isWithoutLegend?: boolean;
  /** Which colour is that of the first part. */
  readonly firstColour?: number;
}

/** What the parts are, for a legend. */
export function stackLegend({ parts, firstColour = 0 }: Pick<Stack, 'parts' | 'firstColour'>): LegendItem[] {
  return parts.map(({ label }, i) => ({ label, colour: colourOf(firstColour + i) }));
}

function colourOf(part: number): string {
  return SERIES[part % SERIES.length]!;
}

/** Stacked bars across. */
export function stackedBars(look: Look, stack: Stack): Element {
  const { names, parts, title, format, rows = rowsOf(look, names) } = stack;
  const { isUnnamed = false, firstColour = 0 } = stack;
  const totals = names.map((_, row) => parts.reduce((sum, { values }) => sum + values[row]!, 0));
  const most = totals.reduce((highest, total) => Math.max(highest, total), 0);
  const marginLeft = isUnnamed ? look.fontSize : rows.marginLeft;
  const plotWidth = look.width - marginLeft - look.fontSize * 1.6;
  const ticks = fittingTicks(look, plotWidth, format, (count) =>
    stack.isCounted ? wholeTicks(most, count) : niceTicks(most, count),
  );
  const legend = legendOf(look, stack.isWithoutLegend ? [] : stackLegend(stack));
  const draw: RenderFunction = (_index, { x, y }) => {
    const across = x as (value: number) => number;
    const down = y as unknown as (row: number) => number;
    const ends = names.map(() => 0);
    const paths = parts.map(({ values }, part) => {
      let d = '';
      values.forEach((value, row) => {
        if (value <= 0) return;
        const start = ends[row]!;
        ends[row] = start + value;
        d += rectanglePath(across(start), down(row), across(ends[row]!), down(row) + rows.barHeight);
      });
      return svgElement(look, 'path', { 'aria-label': 'part', d, fill: colourOf(firstColour + part) });
    });
    return svgElement(look, 'g', {}, paths);
  };
  return figure(look, {
    height: rows.height + axisHeight(look) + look.fontSize,
    ...{ marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look), legend },
    x: { domain: [0, most || 1] },
    y: rows.scale,
    marks: [
      draw,
      ruleX([0], { strokeWidth: look.thinLine }),
      isUnnamed ? null : rows.axis,
      acrossAxis(look, title, ticks, { format }),
    ],
  });
}
