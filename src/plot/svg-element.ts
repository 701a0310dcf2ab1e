import type { Look } from './look.ts';

/** Values of attributes; a number is written with as many digits as can be seen. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** An element of an SVG with its attributes, and the elements or the text in it. Attributes are never anybody's text. */
export function svgElement(
  { document }: Pick<Look, 'document'>,
  name: string,
  attributes: Attributes,
  content: string | readonly SVGElement[] = [],
): SVGElement {
  const element = document.createElementNS(NAMESPACE, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, typeof value === 'number' ? short(value) : value);
  }
  if (typeof content === 'string') element.textContent = content;
  else element.append(...content);
  return element;
}

/** A number to the hundredth, which is finer than a printer. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A rectangle as part of the `d` of a path, of which one element holds many. */
export function rectanglePath(x1: number, y1: number, x2: number, y2: number): string {
  return `M${short(x1)},${short(y1)}H${short(x2)}V${short(y2)}H${short(x1)}Z`;
}

/** Slanted lines through a rectangle, as part of the `d` of a path: what fills it without a colour. */
export function hatchPath(x1: number, y1: number, x2: number, y2: number, distance: number): string {
  const height = y2 - y1;
  let path = '';
  // The line that begins at (x, y2) and rises to the right, cut to the rectangle; on a grid that all rectangles share.
  for (let x = Math.ceil((x1 - height) / distance) * distance; x < x2; x += distance) {
    const left = Math.max(x, x1);
    const right = Math.min(x + height, x2);
    if (right > left) {
      path += `M${short(left)},${short(y2 - (left - x))}L${short(right)},${short(y2 - (right - x))}`;
    }
  }
  return path;
}
