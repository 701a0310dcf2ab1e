import { axisX, axisY, type Markish, type PlotOptions as Options, plot } from '@observablehq/plot';
import { label, niceTicks, tickLabel } from './label.ts';
import { type Legend, legendOf } from './legend.ts';
import { FONTS, type Look, textWidth } from './look.ts';
import { svgElement } from './svg-element.ts';

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

/** A picture of nothing, which says what is missing. */
export function note(look: Look, text: string): Element {
  const { width, fontSize } = look;
  const height = fontSize * 5;
  const attributes = { x: width / 2, y: height / 2, 'text-anchor': 'middle', fill: 'currentColor' };
  const svg = svgElement(
    look,
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, class: 'plot' },
    linesOf(text, width / (fontSize * 0.6)).map((line, i) =>
      svgElement(look, 'text', { ...attributes, y: height / 2 + i * fontSize * 1.3 }, line),
    ),
  );
  return plain(look, svg);
}

/** A text in lines of so many characters at most, if its words are no longer. */
function linesOf(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
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
  { anchor = 'bottom' as 'bottom' | 'top', format = tickLabel } = {},
): Markish {
  return axisX({
    ...{ ...tickStyle(look), ticks: [...ticks], tickFormat: format, anchor },
    ...{ label: title, labelAnchor: 'center', labelOffset: look.fontSize * 2.8 },
  });
}

/** The axis at the left of a figure, and the space that it takes. */
export function upAxis(
  look: Look,
  title: string,
  ticks: readonly number[],
  format = tickLabel,
): { readonly marginLeft: number; readonly mark: Markish } {
  const widest = Math.max(...ticks.map((tick) => textWidth(format(tick), look)));
  const marginLeft = widest + look.fontSize * 2.4;
  const mark = axisY({
    ...{ ...tickStyle(look), ticks: [...ticks], tickFormat: format },
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
    acrossAxis(look, 'time (cycles)', niceTicks(cycles, count)),
    acrossAxis(look, `time (${unit})`, times.map(inCycles), {
      anchor: 'top',
      format: (value) => tickLabel((value * cycleNs) / size),
    }),
  ];
}

/** Rows of a figure, one for each name from the top down. */
export interface Rows {
  /** Of all rows. */
  readonly height: number;
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
  const labels = names.map((name) => label(name, most));
  const widest = labels.reduce((longest, text) => Math.max(longest, textWidth(text, look)), 0);
  const own = Math.min(rowHeight, Math.max(rowsHeight / names.length, fontSize / 3));
  const step = Math.ceil((fontSize * 1.05) / own);
  const shown = labels.flatMap((_, row) => (row % step === 0 ? [row] : []));
  return {
    height: own * names.length,
    marginLeft: widest + fontSize,
    scale: { type: 'band', domain: labels.map((_, row) => row), padding: 0.15, round: false },
    axis: axisY({
      ...{ ...tickStyle(look), tickSize: 0, label: null },
      ...{ ticks: shown, tickFormat: (row: number) => labels[row]! },
    }),
  };
}
