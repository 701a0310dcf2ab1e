import type { Drawing } from '../picture/drawing.ts';
import { emptyDocument } from './document.ts';
import { drawPlot } from './draw.ts';
import { type PlotKind, plotKinds } from './kinds.ts';

/**
 * A plot as the text of an SVG file for a paper, black on white.
 *
 * @param widthPoints Width in points of 1/72 inch; that of a column by default.
 */
export function plotSvg(drawing: Drawing, kind: PlotKind, widthPoints?: number): string {
  const document = emptyDocument();
  const svg = drawPlot(kind, drawing, { document, isPaper: true, width: widthPoints });
  for (const side of ['width', 'height']) svg.setAttribute(side, `${svg.getAttribute(side)}pt`);
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ width: '100%', height: '100%', fill: 'white' }))
    background.setAttribute(key, value);
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = `${kind}: ${plotKinds[kind].shows}`;
  svg.prepend(title, background);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.outerHTML}\n`;
}
