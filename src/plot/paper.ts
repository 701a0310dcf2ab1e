import type { Drawing } from '../picture/drawing.ts';
import { drawPlot } from './draw.ts';
import { type PlotKind, plotKinds } from './kinds.ts';

/**
 * A plot as an SVG element for a paper, black on white.
 *
 * @param document Makes the elements.
 * @param widthPoints Width in points of 1/72 inch; that of a column by default.
 */
export function paperPlot(
  document: Document,
  drawing: Drawing,
  kind: PlotKind,
  widthPoints?: number,
): Element {
  const svg = drawPlot(kind, drawing, { document, isPaper: true, width: widthPoints });
  for (const side of ['width', 'height']) svg.setAttribute(side, `${svg.getAttribute(side)}pt`);
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ width: '100%', height: '100%', fill: 'white' }))
    background.setAttribute(key, value);
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = `${kind}: ${plotKinds[kind].shows}`;
  svg.prepend(title, background);
  return svg;
}
