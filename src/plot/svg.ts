import type { Drawing } from '../picture/drawing.ts';
import { emptyDocument } from './document.ts';
import type { PlotKind } from './kinds.ts';
import { type PaperPlotOptions, paperPlot } from './paper.ts';

/** A plot as the text of an SVG file for a paper, black on white. */
export function plotSvg(drawing: Drawing, kind: PlotKind, options: PaperPlotOptions = {}): string {
  const svg = paperPlot(emptyDocument(), drawing, kind, options);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
}
