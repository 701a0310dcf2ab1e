import type { Drawing } from '../picture/drawing.ts';
import { drawPlot } from './draw.ts';
import { type PlotKind, plotKinds } from './kinds.ts';

/** How a plot is drawn on paper. */
export interface PaperPlotOptions {
  /** Width in points of 1/72 inch: 252, which are 3.5 inches, by default. Heights follow from what is shown. */
  readonly widthPoints?: number | undefined;
  /** Of the kinds `pareto` and `parameter`: the column across, by the name that it has in the tables of the sweep. */
  readonly x?: string | undefined;
  /** The same of the column up. */
  readonly y?: string | undefined;
}

/**
 * A plot as an SVG element for a paper, black on white.
 *
 * @param document Makes the elements.
 */
export function paperPlot(
  document: Document,
  drawing: Drawing,
  kind: PlotKind,
  { widthPoints, x, y }: PaperPlotOptions = {},
): Element {
  const svg = drawPlot(kind, drawing, { document, isPaper: true, width: widthPoints, x, y });
  for (const side of ['width', 'height']) svg.setAttribute(side, `${svg.getAttribute(side)}pt`);
  const background = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ width: '100%', height: '100%', fill: 'white' }))
    background.setAttribute(key, value);
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = `${kind}: ${plotKinds[kind].shows}`;
  svg.prepend(title, background);
  return svg;
}
