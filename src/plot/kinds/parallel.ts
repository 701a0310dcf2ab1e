import type { SweepColumn, SweepPicture } from '../../picture/sweep.ts';
import { canvas, note } from '../frame.ts';
import { label, tickLabel, tickLabels } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look, textWidth } from '../look.ts';
import { type Axis, axisOf } from '../scatter.ts';
import { short, svgElement } from '../svg-element.ts';

/** So many axes stand beside each other at most, and so far apart at least, in heights of a letter. */
const MAX_AXES = 8;
const AXES_APART = 4.5;
/** What is left empty beside them, in heights of a letter. */
const MARGINS = 7;
/** Numbers that an axis has, about. */
const TICKS = 4;
/** Lines of points that are on no front; of more every so many are drawn. */
const MAX_LINES = 1500;

/** A line for each point of a sweep through all its parameters and metrics; those of the fronts stand out. */
export function parallelPlot(sweep: SweepPicture, look: Look): Element {
  const columns = columnsOf(sweep, 1 + Math.floor((look.width / look.fontSize - MARGINS) / AXES_APART));
  if (columns.length < 2) return note(look, 'Fewer than two parameters and metrics of this sweep differ.');
  const { fontSize, width, line, thinLine } = look;
  const scales = columns.map(({ name, values }) => ({ ...axisOf(name, values), values }));
  const widest = Math.max(...ticksOf(scales[0]!, look).map(({ text }) => textWidth(text, look)));
  const [left, right] = [Math.max(widest, fontSize * 2) + fontSize, fontSize * 3];
  const top = fontSize * 4;
  const bottom = top + look.height;
  const gap = (width - left - right) / (columns.length - 1);
  const axes = scales.map((scale, i) => ({ ...scale, x: left + gap * i }));
  const lineOf = (point: number) => {
    const parts = axes.flatMap((axis) => {
      const value = axis.number(axis.values[point]!);
      return value === undefined
        ? []
        : [`${short(axis.x)},${short(bottom - shareOf(axis, value) * look.height)}`];
    });
    return parts.length < 2 ? '' : `M${parts.join('L')}`;
  };
  const points = sweep.isOnFront.map((_, point) => point);
  const others = points.filter((point) => !sweep.isOnFront[point]);
  const step = Math.ceil(others.length / MAX_LINES);
  const dim = new Set(others.filter((_, i) => i % step === 0).map(lineOf));
  const bright = new Set(points.filter((point) => sweep.isOnFront[point]).map(lineOf));
  const legend = legendOf(look, [
    { label: 'on the Pareto front of its model', colour: COLOURS.blue, shape: 'line' },
    { label: 'other points', colour: COLOURS.grey, shape: 'line' },
  ]);
  const legendTop = bottom + fontSize * 1.5;
  return canvas(look, legendTop + legend.height, [
    lines(look, [...dim].join(''), {
      stroke: COLOURS.grey,
      'stroke-opacity': 0.35,
      'stroke-width': thinLine,
    }),
    lines(look, [...bright].join(''), { stroke: COLOURS.blue, 'stroke-width': line }),
    ...axes.flatMap((axis, i) => axisElements(look, axis, i, { top, bottom, gap })),
    legend.draw(legendTop),
  ]);
}

/** Parameters, then metrics of the front: as many as have space. */
function columnsOf({ parameters, metrics, pareto }: SweepPicture, fitting: number): SweepColumn[] {
  const most = Math.max(2, Math.min(MAX_AXES, fitting));
  const own = pareto.flatMap((name) => metrics.filter((metric) => metric.name === name));
  const differing = own.filter(({ values }) => new Set(values).size > 1);
  const first = parameters.slice(0, Math.max(1, most - differing.length));
  return [...first, ...differing].slice(0, most);
}

function shareOf({ domain: [low, high], type }: Axis, value: number): number {
  return type === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low || 1);
}

/** The values that an axis names: of names all that have space below each other, if they fit. */
function ticksOf(axis: Axis, look: Look, width = Infinity): { value: number; text: string }[] {
  const most = axis.names === undefined ? TICKS : Math.floor(look.height / (look.fontSize * 1.6));
  const ticks = axis.ticks(most);
  const fits = Math.floor(width / (look.fontSize * 0.6));
  // A name is cut where it is too long, and a number has fewer digits.
  const fitted = (text: string, value: number) =>
    text.length <= fits ? text : axis.names === undefined ? compact(axis, value) : label(text, fits);
  return Array.from(tickLabels(ticks, axis.format), ([value, text]) => ({
    value,
    text: fitted(text, value),
  }));
}

/** A number from a thousand on with a prefix. */
function compact({ format }: Axis, value: number): string {
  const text = format(value, 3);
  return /^-?\d[\d,]*,\d{3}$|^-?\d{4}$/.test(text)
    ? `${tickLabel(Number(text.replaceAll(',', '')) / 1000, 3)}k`
    : text;
}

function lines(look: Look, d: string, style: Readonly<Record<string, string | number>>): SVGElement {
  return svgElement(look, 'path', { 'aria-label': 'lines', d, fill: 'none', ...style });
}

/** The axis, its ticks, and its title, every second one a line higher. */
function axisElements(
  look: Look,
  axis: Axis & { readonly x: number },
  number: number,
  { top, bottom, gap }: { readonly top: number; readonly bottom: number; readonly gap: number },
): SVGElement[] {
  const { fontSize, thinLine, width } = look;
  const { x } = axis;
  // Titles stand in two lines by turns.
  const most = Math.min(22, (gap * 1.7) / (fontSize * 0.6));
  const ticks = ticksOf(axis, look, number === 0 ? undefined : gap - fontSize * 0.6);
  const shown = label(axis.title, most);
  const half = textWidth(shown, look) / 2;
  const title = {
    x: Math.max(half, Math.min(width - half, x)),
    ...{ y: top - fontSize * (number % 2 === 0 ? 1 : 2.4), 'text-anchor': 'middle' },
  };
  return [
    svgElement(look, 'path', {
      d: `M${short(x)},${short(top)}V${short(bottom)}`,
      ...{ stroke: 'currentColor', 'stroke-width': thinLine * 2, fill: 'none' },
    }),
    svgElement(look, 'text', title, shown),
    ...ticks.map(({ value, text }) =>
      svgElement(
        look,
        'text',
        {
          ...{ x: x - fontSize * 0.3, y: bottom - shareOf(axis, value) * (bottom - top) + fontSize * 0.35 },
          ...{ 'text-anchor': 'end', 'font-size': fontSize * 0.9 },
          // Lines go behind it.
          ...{ stroke: look.isPaper ? 'white' : 'var(--paper)', 'stroke-width': fontSize / 3.5 },
          ...{ 'stroke-linejoin': 'round', 'paint-order': 'stroke' },
        },
        text,
      ),
    ),
  ];
}
