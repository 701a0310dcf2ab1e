import { emptyDocument } from './document.ts';
import { type Drawing, type PlotKind, plotKinds } from './kinds.ts';

/** A plot as the text of an SVG file. */
export function plotSvg(drawing: Drawing, kind: PlotKind): string {
  const document = emptyDocument();
  return plotKinds[kind](drawing, { document }).outerHTML;
}
