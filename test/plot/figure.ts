import { DOMParser } from 'linkedom';

/** An SVG that was drawn, read back: what it shows in the values of its axes. */
export class ReadFigure {
  readonly #root: Element;

  constructor(svg: string) {
    this.#root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement as unknown as Element;
  }

  /** Elements of a mark, by the name that it has for readers of screens. */
  marks(name: string): Element[] {
    return [...this.#root.querySelectorAll(`[aria-label="${name}"]`)];
  }

  /** All texts. */
  get texts(): string[] {
    return [...this.#root.querySelectorAll('text')].map((text) => text.textContent ?? '');
  }

  /** Where texts are that are not turned, about: letters are taken for half as wide as high. */
  textBoxes(): { text: string; left: number; right: number; y: number }[] {
    return [...this.#root.querySelectorAll('text')].flatMap((element) => {
      const text = element.textContent ?? '';
      const own = chainOf(element);
      if (text === '' || own.some((one) => one.getAttribute('transform')?.includes('rotate'))) return [];
      const given = (name: string) =>
        own.map((one) => one.getAttribute(name)).find((value) => value !== null);
      const size = Number(given('font-size'));
      let [x, y] = [0, 0];
      for (const one of own) {
        const [dx = 0, dy = 0] = translation(one);
        x += dx + (one.tagName === 'text' || one.tagName === 'svg' ? Number(one.getAttribute('x') ?? 0) : 0);
        y += dy + (one.tagName === 'text' ? Number(one.getAttribute('y') ?? 0) : 0);
      }
      const width = text.length * size * 0.5;
      const share = { start: 0, middle: 0.5, end: 1 }[given('text-anchor') ?? 'start'] ?? 0;
      return [{ text, left: x - width * share, right: x + width * (1 - share), y }];
    });
  }

  /** Names of rows that are shown, with the height of their middle. */
  rows(): { label: string; y: number }[] {
    return this.#ticks('y-axis tick label', 1).map(({ label, at }) => ({ label, y: at }));
  }

  /** From a position across to the value that the axis at the foot, or the one of that number, says. */
  across(axis = 0): (x: number) => number {
    return linear(this.#ticks('x-axis tick label', 0, axis));
  }

  /** From a position up to the value that the axis says. */
  up(): (y: number) => number {
    return linear(this.#ticks('y-axis tick label', 1));
  }

  #ticks(name: string, coordinate: 0 | 1, axis = 0): { label: string; at: number }[] {
    const group = this.marks(name)[axis]!;
    const [dx = 0, dy = 0] = translation(group);
    return [...group.querySelectorAll('text')].map((text) => ({
      label: text.textContent ?? '',
      at: translation(text)[coordinate]! + [dx, dy][coordinate]! * coordinate,
    }));
  }
}

/** An element and what it is in, from the inside out. */
function chainOf(element: Element): Element[] {
  const parent = element.parentElement;
  return [element, ...(parent === null ? [] : chainOf(parent))];
}

function translation(element: Element): number[] {
  const [, inside = '0,0'] = /translate\(([^)]*)\)/.exec(element.getAttribute('transform') ?? '') ?? [];
  return inside.split(/[ ,]+/).map(Number);
}

/** What a label of an axis says. */
function numberOf(label: string): number {
  const [, digits = '', prefix = ''] = /^([\d.,-]+) ?([kMG%]?)/.exec(label) ?? [];
  const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, '%': 0.01 };
  return Number(digits.replaceAll(',', '')) * factors[prefix]!;
}

/** The line through the first and the last tick. */
function linear(ticks: readonly { label: string; at: number }[]): (position: number) => number {
  const [first, last] = [ticks[0]!, ticks.at(-1)!];
  const slope = (numberOf(last.label) - numberOf(first.label)) / (last.at - first.at);
  return (position) => numberOf(first.label) + (position - first.at) * slope;
}

/** Rectangles that a path of our own is made of. */
export function rectangles(path: Element): { x1: number; y1: number; x2: number; y2: number }[] {
  const found = path.getAttribute('d')!.matchAll(/M([\d.-]+),([\d.-]+)H([\d.-]+)V([\d.-]+)H[\d.-]+Z/g);
  return [...found].map((match) => {
    const [x1, y1, x2, y2] = match.slice(1).map(Number) as [number, number, number, number];
    return { x1, y1, x2, y2 };
  });
}

/** Where the line of a series has its corners: the first point, and the ends of its steps. */
export function shapes(seriesMark: Element): { x: number; y: number }[] {
  const [line] = seriesMark.querySelectorAll('path');
  const d = line!.getAttribute('d')!;
  const [, x = '', y = ''] = /^M([\d.-]+),([\d.-]+)/.exec(d) ?? [];
  const steps = [...d.matchAll(/H([\d.-]+)V([\d.-]+)/g)].map((match) => ({
    x: Number(match[1]),
    y: Number(match[2]),
  }));
  return [{ x: Number(x), y: Number(y) }, ...steps];
}
