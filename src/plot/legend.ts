import type { RenderFunction } from '@observablehq/plot';
import { linesOf } from './label.ts';
import { type Look, textWidth } from './look.ts';
import { shapePath } from './shape.ts';
import { hatchPath, rectanglePath, short, svgElement } from './svg-element.ts';

/** What a colour or a pattern stands for. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  /** How it is drawn: filled by default. */
  readonly shape?: 'area' | 'frame' | 'line' | 'dashes' | 'hatch' | 'dot';
  /** Of a dot: which shape it has; a disc by default. */
  readonly symbol?: number;
}

/** An item with where it is, below the top of the legend. */
interface SetItem extends LegendItem {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
}

/** A legend: how high it is, and the mark that draws it at the foot of a plot. */
export interface Legend {
  readonly height: number;
  readonly mark: RenderFunction;
  /** The same as an element whose top is there. */
  readonly draw: (top: number) => SVGElement;
}

/** The items one behind the other, in as many lines as it takes; one that is too long alone has lines of its own. */
export function legendOf(look: Look, items: readonly LegendItem[]): Legend {
  const { fontSize, width } = look;
  const lineHeight = fontSize * 1.5;
  const swatch = fontSize * 1.4;
  const set: SetItem[] = [];
  let x = 0;
  let y = 0;
  for (const item of items) {
    const taken = swatch + textWidth(item.label, look) + fontSize * 1.4;
    if (x > 0 && x + taken > width - fontSize) {
      x = 0;
      y += lineHeight;
    }
    const lines = linesOf(item.label, (width - swatch - fontSize) / (fontSize * 0.6));
    set.push({ ...item, lines, x, y });
    x += taken;
    y += (lines.length - 1) * lineHeight;
  }
  const height = items.length === 0 ? 0 : y + lineHeight + fontSize * 0.4;
  const draw = (top: number): SVGElement =>
    svgElement(
      look,
      'g',
      {
        ...{ 'aria-label': 'legend', 'text-anchor': 'start' },
        transform: `translate(${short(fontSize / 2)},${short(top)})`,
      },
      set.flatMap((item) => [
        swatchOf(look, item, swatch),
        ...item.lines.map((line, i) =>
          svgElement(
            look,
            'text',
            { x: item.x + swatch + fontSize * 0.4, y: item.y + i * lineHeight + fontSize * 0.85 },
            line,
          ),
        ),
      ]),
    );
  return { height, draw, mark: (_index, _scales, _values, dimensions) => draw(dimensions.height - height) };
}

function swatchOf(
  look: Look,
  { x, y, colour, shape = 'area', symbol = 0 }: SetItem,
  width: number,
): SVGElement {
  const { fontSize, line, thinLine } = look;
  const bottom = y + fontSize;
  const middle = y + fontSize / 2;
  const stroke = { fill: 'none', stroke: colour };
  switch (shape) {
    case 'area':
      return svgElement(look, 'path', { d: rectanglePath(x, y, x + width, bottom), fill: colour });
    case 'frame':
      return svgElement(look, 'path', {
        d: rectanglePath(x, y, x + width, bottom),
        ...{ ...stroke, 'stroke-width': line * 2 },
      });
    case 'hatch':
      return svgElement(look, 'path', {
        d: rectanglePath(x, y, x + width, bottom) + hatchPath(x, y, x + width, bottom, fontSize / 3),
        ...{ ...stroke, 'stroke-width': thinLine },
      });
    case 'dot':
      return svgElement(look, 'path', {
        d: shapePath(symbol, x + width / 2, middle, fontSize / 3),
        fill: colour,
      });
    default:
      return svgElement(look, 'path', {
        d: `M${x},${middle}H${x + width}`,
        ...{ ...stroke, 'stroke-width': line * 1.5 },
        'stroke-dasharray': shape === 'dashes' ? `${line * 3} ${line * 2}` : undefined,
      });
  }
}
