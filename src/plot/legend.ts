import type { RenderFunction } from '@observablehq/plot';
import { type Look, textWidth } from './look.ts';
import { hatchPath, rectanglePath, svgElement } from './svg-element.ts';

/** What a colour or a pattern stands for. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  /** How it is drawn: filled by default. */
  readonly shape?: 'area' | 'line' | 'dashes' | 'hatch' | 'dot';
}

/** An item with where it is, below the top of the legend. */
interface SetItem extends LegendItem {
  readonly x: number;
  readonly y: number;
}

/** A legend: how high it is, and the mark that draws it at the foot of a plot. */
export interface Legend {
  readonly height: number;
  readonly mark: RenderFunction;
}

/** The items one behind the other, in as many lines as it takes. */
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
    set.push({ ...item, x, y });
    x += taken;
  }
  const height = items.length === 0 ? 0 : y + lineHeight + fontSize * 0.4;
  const mark: RenderFunction = (_index, _scales, _values, dimensions) => {
    const content = set.flatMap((item) => [
      swatchOf(look, item, swatch),
      svgElement(
        look,
        'text',
        { x: item.x + swatch + fontSize * 0.4, y: item.y + fontSize * 0.85 },
        item.label,
      ),
    ]);
    return svgElement(
      look,
      'g',
      {
        'aria-label': 'legend',
        'text-anchor': 'start',
        transform: `translate(${fontSize / 2},${dimensions.height - height})`,
      },
      content,
    );
  };
  return { height, mark };
}

function swatchOf(look: Look, { x, y, colour, shape = 'area' }: SetItem, width: number): SVGElement {
  const { fontSize, line, thinLine } = look;
  const bottom = y + fontSize;
  const middle = y + fontSize / 2;
  const stroke = { fill: 'none', stroke: colour };
  switch (shape) {
    case 'area':
      return svgElement(look, 'path', { d: rectanglePath(x, y, x + width, bottom), fill: colour });
    case 'hatch':
      return svgElement(look, 'path', {
        d: rectanglePath(x, y, x + width, bottom) + hatchPath(x, y, x + width, bottom, fontSize / 3),
        ...{ ...stroke, 'stroke-width': thinLine },
      });
    case 'dot':
      return svgElement(look, 'circle', { cx: x + width / 2, cy: middle, r: fontSize / 3.5, fill: colour });
    default:
      return svgElement(look, 'path', {
        d: `M${x},${middle}H${x + width}`,
        ...{ ...stroke, 'stroke-width': line * 1.5 },
        'stroke-dasharray': shape === 'dashes' ? `${line * 3} ${line * 2}` : undefined,
      });
  }
}
