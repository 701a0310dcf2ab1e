import type { Drawing } from '../picture/drawing.ts';
import { emptyDocument } from './document.ts';
import type { PlotKind } from './kinds.ts';
import { paperPlot } from './paper.ts';

/**
 * A plot as the text of an SVG file for a paper, black on white.
 *
 * @param widthPoints Width in points of 1/72 inch; that of a column by default.
 */
export function plotSvg(drawing: Drawing, kind: PlotKind, widthPoints?: number): string {
  const svg = paperPlot(emptyDocument(), drawing, kind, widthPoints);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
}
