import {
  axisX,
  axisY,
  type Markish,
  type PlotOptions as Options,
  plot,
  type RenderFunction,
} from '@observablehq/plot';
import { type Format, label, linesOf, niceTicks, tickLabel, tickLabels, wholeTicks } from './label.ts';
import { type Legend, legendOf } from './legend.ts';
import { FONTS, type Look, textWidth } from './look.ts';
import { rowNames } from './row-names.ts';
import { short, svgElement } from './svg-element.ts';

/** What a figure is besides its size. */
export interface Figure {
  readonly marks: readonly Markish[];
  readonly height: number;
  readonly marginLeft: number;
  readonly marginTop: number;
  /** Under what is drawn, without the legend. */
  readonly marginBottom: number;
  readonly marginRight?: number;
  readonly legend?: Legend;
  readonly x: NonNullable<Options['x']>;
  readonly y: NonNullable<Options['y']>;
}

/** A figure as an element, without a style sheet: all that it looks like is in its attributes. */
export function figure(look: Look, { marks, legend, ...own }: Figure): Element {
  const { height: legendHeight, mark } = legend ?? legendOf(look, []);
  const { x, y, marginRight = look.fontSize * 1.6 } = own;
  const element = plot({
    ...{ document: look.document, width: look.width, height: own.height + legendHeight, className: 'plot' },
    ...{ marginLeft: own.marginLeft, marginTop: own.marginTop, marginRight },
    marginBottom: own.marginBottom + legendHeight,
    x: { axis: null, ...x },
    y: { axis: null, ...y },
    marks: [...marks, mark],
  });
  return plain(look, element);
}

/** An element of the library without its style sheet, and with our fonts. */
function plain({ fontSize, isPaper }: Look, element: Element): Element {
  element.querySelector('style')?.remove();
  element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  element.setAttribute('font-family', FONTS);
  element.setAttribute('font-size', String(fontSize));
  if (isPaper) element.setAttribute('color', 'black');
  return element;
}

/** A figure of elements that know where they are. */
export function canvas(look: Look, height: number, content: readonly SVGElement[]): Element {
  const { width } = look;
  const svg = svgElement(
    look,
    'svg',
    { viewBox: `0 0 ${short(width)} ${short(height)}`, width, height, class: 'plot', fill: 'currentColor' },
    content,
  );
  return plain(look, svg);
}

/** A picture of nothing, which says what is missing. */
export function note(look: Look, text: string): Element {
  const { width, fontSize } = look;
  const lines = linesOf(text, width / (fontSize * 0.6));
  const height = (lines.length + 2) * fontSize * 1.3;
  return canvas(
    look,
    height,
    lines.map((line, i) =>
      svgElement(
        look,
        'text',
        { x: width / 2, y: (i + 1.8) * fontSize * 1.3, 'text-anchor': 'middle' },
        line,
      ),
    ),
  );
}

/** Figures beside each other as one, in the width of all of them. */
export function beside(look: Look, figures: readonly Element[], below?: Legend): Element {
  const sizeOf = (element: Element, side: string) => Number(element.getAttribute(side));
  const tallest = Math.max(...figures.map((element) => sizeOf(element, 'height')));
  const { height = 0 } = below ?? {};
  let x = 0;
  for (const element of figures) {
    element.setAttribute('x', short(x));
    x += sizeOf(element, 'width');
  }
  const legend = below?.draw(tallest);
  return canvas(look, tallest + height, [
    ...(figures as readonly SVGElement[]),
    ...(legend === undefined ? [] : [legend]),
  ]);
}

/** How the ticks of an axis look. */
function tickStyle({ fontSize, thinLine }: Look) {
  return {
    tickSize: fontSize / 2.5,
    tickPadding: fontSize / 4,
    strokeWidth: thinLine,
    labelArrow: 'none',
  } as const;
}

/** Space that the ticks and the label of an axis across take. */
export function axisHeight({ fontSize }: Look): number {
  return fontSize * 3.3;
}

/** The axis at the foot, or at the head, of a figure. */
export function acrossAxis(
  look: Look,
  title: string,
  ticks: readonly number[],
  { anchor = 'bottom' as 'bottom' | 'top', format = tickLabel as Format } = {},
): Markish {
  const labels = tickLabels(ticks, format);
  const axis = axisX({
    ...{ ...tickStyle(look), ticks: [...ticks], anchor, label: null },
    tickFormat: (tick: number) => labels.get(tick)!,
  });
  return [axis, titleAcross(look, title, anchor)];
}

/** The title of an axis across: in its middle, or as near to it as it is not cut off. */
function titleAcross(look: Look, title: string, anchor: 'bottom' | 'top'): RenderFunction {
  const { fontSize } = look;
  return (_index, _scales, _values, { width, height, marginLeft, marginRight, marginTop, marginBottom }) => {
    const shown = label(title, width / (fontSize * 0.6));
    const half = textWidth(shown, look) / 2;
    const middle = (marginLeft + width - marginRight) / 2;
    const x = Math.max(half, Math.min(width - half, middle));
    const y = anchor === 'bottom' ? height - marginBottom + fontSize * 2.7 : marginTop - fontSize * 2.1;
    return svgElement(look, 'text', { 'aria-label': 'x-axis title', x, y, 'text-anchor': 'middle' }, shown);
  };
}

/** As many ticks as have space for their labels beside each other, two at least. */
export function fittingTicks(
  look: Look,
  width: number,
  format: Format,
  ticksFor: (count: number) => readonly number[],
): readonly number[] {
  let ticks = ticksFor(8);
  for (let count = 7; count > 1; count--) {
    let taken = 0;
    for (const text of tickLabels(ticks, format).values()) taken += textWidth(text, look) + look.fontSize;
    if (taken <= width) break;
    ticks = ticksFor(count);
  }
  return ticks;
}

/** The axis at the left of a figure, and the space that it takes. */
export function upAxis(
  look: Look,
  title: string,
  ticks: readonly number[],
  format: Format = tickLabel,
): { readonly marginLeft: number; readonly mark: Markish } {
  const labels = tickLabels(ticks, format);
  const widest = Math.max(0, ...Array.from(labels.values(), (text) => textWidth(text, look)));
  const marginLeft = widest + look.fontSize * 2.4;
  const mark = axisY({
    ...{ ...tickStyle(look), ticks: [...ticks], tickFormat: (tick: number) => labels.get(tick)! },
    ...{ label: title, labelAnchor: 'center', labelOffset: marginLeft - look.fontSize * 0.4 },
  });
  return { marginLeft, mark };
}

const TIMES = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
] as const;

/** Time across: cycles at the foot, and what they take at the head. */
export function timeAxes(look: Look, cycles: number, cycleNs: number, plotWidth: number): Markish[] {
  const count = Math.max(2, plotWidth / (look.fontSize * 6));
  const [unit, size] = TIMES.findLast(([, ns]) => cycles * cycleNs >= ns * 2) ?? TIMES[0];
  const inCycles = (time: number) => (time * size) / cycleNs;
  const times = niceTicks((cycles * cycleNs) / size, count);
  return [
    acrossAxis(look, 'time (cycles)', wholeTicks(cycles, count)),
    acrossAxis(look, `time (${unit})`, times.map(inCycles), {
      anchor: 'top',
      format: (value) => tickLabel((value * cycleNs) / size),
    }),
  ];
}

/** Share of a row that is left empty. */
const PADDING = 0.15;

/** Rows of a figure, one for each name from the top down. */
export interface Rows {
  /** Of all rows. */
  readonly height: number;
  /** Of what a row shows; the rest is between rows. */
  readonly barHeight: number;
  readonly marginLeft: number;
  /** The scale whose values are indices of rows. */
  readonly scale: NonNullable<Options['y']>;
  /** Names, as many as there is space for. */
  readonly axis: Markish;
}

/** Rows with names at the left: where there are many, rows are thinner and not all have their name. */
export function rowsOf(look: Look, names: readonly string[]): Rows {
  const { fontSize, width, rowHeight, rowsHeight } = look;
  const most = Math.floor((width * 0.32) / (fontSize * 0.6));
  const labels = rowNames(names, most);
  const widest = labels.reduce((longest, text) => Math.max(longest, textWidth(text, look)), 0);
  const own = Math.min(rowHeight, Math.max(rowsHeight / names.length, fontSize / 3));
  const step = Math.ceil((fontSize * 1.05) / own);
  const shown = labels.flatMap((_, row) => (row % step === 0 ? [row] : []));
  return {
    height: own * names.length,
    barHeight: ((own * names.length) / (names.length + PADDING)) * (1 - PADDING),
    marginLeft: widest + fontSize,
    scale: { type: 'band', domain: labels.map((_, row) => row), padding: PADDING, round: false },
    axis: axisY({
      ...{ ...tickStyle(look), tickSize: 0, label: null },
      ...{ ticks: shown, tickFormat: (row: number) => labels[row]! },
    }),
  };
}
