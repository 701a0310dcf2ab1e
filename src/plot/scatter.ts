import type { Markish, RenderFunction } from '@observablehq/plot';
import type { SweepPicture, SweepValue } from '../picture/sweep.ts';
import { acrossAxis, fittingTicks, upAxis } from './frame.ts';
import { type Format, label, logTicks, niceTicks, type Quantity, quantityOf, tickLabel } from './label.ts';
import { COLOURS, type Look, SERIES } from './look.ts';
import { shapePath } from './shape.ts';
import { short, svgElement } from './svg-element.ts';

/** Values further apart than this are on a scale that is logarithmic. */
const LOG_RATIO = 50;
/** Share of the extent of the values that is left empty at either end. */
const PADDING = 0.04;
/** Series with a shape, a colour and a name of their own; all others are grey. */
const MAX_SERIES = 6;

/** A scale of numbers, or of names one beside the other. */
export interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly type: 'linear' | 'log';
  /** A value as a number on the scale; undefined where it is none. */
  readonly number: (value: SweepValue) => number | undefined;
  readonly ticks: (count: number) => number[];
  readonly format: Format;
  /** Of names, how many there are. */
  readonly names?: number;
}

/** The scale of a column. */
export function axisOf(name: string, values: readonly SweepValue[]): Axis {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 && values.every((value) => value === null || typeof value === 'number')
    ? numericAxis(name, numbers)
    : nameAxis(name, [...new Set(values.filter((value) => value !== null).map(String))]);
}

function numericAxis(name: string, numbers: readonly number[]): Axis {
  const least = numbers.reduce((low, value) => Math.min(low, value));
  const most = numbers.reduce((high, value) => Math.max(high, value));
  const quantity: Quantity = quantityOf(name, most);
  const common = {
    ...{ title: label(quantity.title, 40), format: quantity.format },
    number: (value: SweepValue) => (typeof value === 'number' ? value : undefined),
  };
  if (least > 0 && most / least > LOG_RATIO) {
    const margin = (most / least) ** PADDING;
    const domain = [least / margin, most * margin] as const;
    return { ...common, type: 'log', domain, ticks: (count) => logTicks(...domain, count) };
  }
  const margin = (most - least || Math.abs(most) || 1) * PADDING;
  const domain = [least - margin, most + margin] as const;
  const inUnits = (value: number) => value / quantity.size;
  const ticks = (count: number) =>
    niceTicks(inUnits(domain[1]), count, inUnits(domain[0])).map((tick) => tick * quantity.size);
  return { ...common, type: 'linear', domain, ticks };
}

function nameAxis(name: string, names: readonly string[]): Axis {
  const at = new Map(names.map((value, i) => [value, i]));
  return {
    ...{ title: label(name, 40), type: 'linear', names: names.length, domain: [-0.5, names.length - 0.5] },
    number: (value) => (value === null ? undefined : at.get(String(value))),
    ticks: (count) => {
      const step = Math.ceil(names.length / Math.max(1, count));
      return names.flatMap((_, i) => (i % step === 0 ? [i] : []));
    },
    format: (value) => label(names[value] ?? '', 12),
  };
}

/** Both axes of a scatter plot, and where what is drawn begins. */
export function scatterAxes(look: Look, x: Axis, y: Axis): { marginLeft: number; marks: Markish[] } {
  const up = upAxis(look, y.title, y.ticks(6), y.format);
  const plotWidth = look.width - up.marginLeft - look.fontSize * 1.6;
  const ticks = fittingTicks(look, plotWidth, x.format, x.ticks);
  return {
    marginLeft: up.marginLeft,
    marks: [up.mark, acrossAxis(look, x.title, ticks, { format: x.format })],
  };
}

/** A point of a scatter plot. */
export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Many small dots as one element; those that fall on each other are one. */
export function dots(look: Look, points: readonly Dot[]): RenderFunction {
  return (_index, scales) => {
    const across = scales.x as (value: number) => number;
    const up = scales.y as (value: number) => number;
    const seen = new Set<string>();
    for (const { x, y } of points)
      seen.add(`M${Math.round(across(x) * 2) / 2},${Math.round(up(y) * 2) / 2}h0`);
    return svgElement(look, 'path', {
      ...{ 'aria-label': 'points', d: [...seen].join(''), fill: 'none', stroke: COLOURS.grey },
      ...{ 'stroke-width': look.fontSize / 3.5, 'stroke-linecap': 'round', 'stroke-opacity': 0.6 },
    });
  };
}

/** Steps, or a line, through points from the left to the right, with a shape at each. */
export function series(
  look: Look,
  points: readonly Dot[],
  number: number,
  isStepped: boolean,
): RenderFunction {
  return (_index, scales) => {
    const across = scales.x as (value: number) => number;
    const up = scales.y as (value: number) => number;
    const colour = seriesColour(number);
    let line = '';
    let shapes = '';
    points.forEach(({ x, y }, i) => {
      const [px, py] = [across(x), up(y)];
      line +=
        i === 0
          ? `M${short(px)},${short(py)}`
          : isStepped
            ? `H${short(px)}V${short(py)}`
            : `L${short(px)},${short(py)}`;
      shapes += shapePath(number, px, py, look.fontSize / 3);
    });
    return svgElement(look, 'g', { 'aria-label': 'series' }, [
      svgElement(look, 'path', { d: line, fill: 'none', stroke: colour, 'stroke-width': look.line }),
      svgElement(look, 'path', { d: shapes, fill: colour, stroke: 'none' }),
    ]);
  };
}

/** Colour of a series. */
export function seriesColour(number: number): string {
  return number < MAX_SERIES ? SERIES[number]! : COLOURS.grey;
}

/** The points of each series, as numbers on two axes; those that miss one are left out. */
export function dotsBySeries(
  { series: names }: Pick<SweepPicture, 'series'>,
  [xs, ys]: readonly [readonly (number | undefined)[], readonly (number | undefined)[]],
  isShown: (point: number) => boolean = () => true,
): ReadonlyMap<string, Dot[]> {
  const found = new Map<string, Dot[]>();
  names.forEach((name, point) => {
    const [x, y] = [xs[point], ys[point]];
    const own = found.get(name) ?? [];
    found.set(name, own);
    if (x !== undefined && y !== undefined && isShown(point)) own.push({ x, y });
  });
  return found;
}

/** Names of the series for a legend; those that are too many are one item. */
export function seriesLegend(names: readonly string[], what: string) {
  const shape = 'dot' as const;
  const own = names.slice(0, MAX_SERIES);
  const others = names.length - own.length;
  return [
    ...own.map((name, number) => ({
      label: `${names.length === 1 ? '' : `${label(name, 28)}: `}${what}`,
      ...{ colour: seriesColour(number), shape, symbol: number },
    })),
    ...(others > 0 ? [{ label: `${tickLabel(others)} other models`, colour: COLOURS.grey, shape }] : []),
  ];
}
