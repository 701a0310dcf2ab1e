/** `clsa-cim/plot`: pictures as figures for papers, as `--plot` draws them (docs/plots.md). No browser is needed. */
import * as v from 'valibot';
import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { optionsOf } from '../input/options.ts';
import { expected } from '../input/validate.ts';
import type { Drawing } from '../picture/index.ts';
import { axesOf, KINDS_WITH_AXES, unknownAxis } from '../plot/axes.ts';
import * as plots from '../plot/index.ts';
import { type PlotKind, plotKinds } from '../plot/kinds.ts';
import type { PaperPlotOptions } from '../plot/paper.ts';
import { pngTools } from './plot-files.ts';

export * from '../errors.ts';
export type * from '../picture/index.ts';
export type { PaperPlotOptions, PlotKind };

const text = v.string(expected('the name of a column'));
const aboveZero = expected('a number of points above 0');
const schemas = {
  widthPoints: v.pipe(v.number(aboveZero), v.finite(aboveZero), v.gtValue(0, aboveZero)),
  x: text,
  y: text,
};

/**
 * A picture as the text of an SVG file, black on white, with all texts 7 points high.
 *
 * @param drawing Has the picture that the kind is drawn of: see `drawingOfTimeline` and its like in `clsa-cim`.
 * @throws ClsaCimError of kind `usage` for a kind that there is none of, a picture that the drawing does not have, or
 * an option that is wrong.
 */
export function plotSvg(drawing: Drawing, kind: PlotKind, options: PaperPlotOptions = {}): string {
  return checkedSvg('plotSvg', drawing, kind, options);
}

/** Read and compiled once, for whoever draws many. */
let tools: ReturnType<typeof pngTools> | undefined;

/**
 * The same as the bytes of a PNG file, with 300 pixels an inch.
 *
 * @throws ClsaCimError as {@link plotSvg} does.
 */
export async function plotPng(
  drawing: Drawing,
  kind: PlotKind,
  options: PaperPlotOptions = {},
): Promise<Uint8Array> {
  const svg = checkedSvg('plotPng', drawing, kind, options);
  tools ??= pngTools();
  return plots.plotPng(svg, tools);
}

function checkedSvg(of: string, drawing: Drawing, kind: PlotKind, options: PaperPlotOptions): string {
  const { x, y } = optionsOf<PaperPlotOptions>(of, schemas)(options);
  if (!Object.hasOwn(plotKinds, kind)) {
    throw unknownName(`${of}: no kind of plot is called`, String(kind), Object.keys(plotKinds), 'usage');
  }
  if ((x ?? y) !== undefined && axesOf(kind).length === 0) {
    throw new ClsaCimError(
      `${of}: the axes of kind ${kind} cannot be chosen; those of ${KINDS_WITH_AXES.join(' and ')} can`,
      'usage',
    );
  }
  const { parameters = [], metrics = [] } = drawing.sweep ?? {};
  const names = { parameter: parameters.map(({ name }) => name), metric: metrics.map(({ name }) => name) };
  const unknown = unknownAxis(kind, { x, y }, names);
  if (unknown !== undefined && drawing.sweep !== undefined) {
    const { axis, kind: column, given, known } = unknown;
    throw unknownName(`${of}: ${axis}: no ${column} of this sweep is called`, given, known, 'usage');
  }
  return plots.plotSvg(drawing, kind, options);
}
