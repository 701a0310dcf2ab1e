/** A colour as one word of the pixels of a canvas: from the lowest byte on red, green, blue, and opaque. */
export type Colour = number;

/** The word for a colour such as `#0072b2`. */
export function colourOf(hex: string): Colour {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return ((0xff << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

/** Stripes of a hatching are so many pixels apart. */
const HATCH_PERIOD = 6;
const HATCH_WIDTH = 3;

/** The pixels of a canvas: with many thousand bars a frame, writing them oneself takes a fraction of the time of its calls. */
export class Pixels {
  readonly width: number;
  readonly height: number;
  readonly image: ImageData;
  readonly #words: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.#words = new Uint32Array(this.image.data.buffer);
  }

  /** Fills all of it. */
  clear(colour: Colour): void {
    this.#words.fill(colour);
  }

  /** Fills a rectangle from (x0, y0) to before (x1, y1), as far as it is inside. */
  fill(x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
    const left = Math.max(0, x0);
    const right = Math.min(this.width, x1);
    if (left >= right) return;
    const bottom = Math.min(this.height, y1);
    for (let y = Math.max(0, y0); y < bottom; y++) {
      const row = y * this.width;
      if (right - left > 8) this.#words.fill(colour, row + left, row + right);
      else for (let i = row + left; i < row + right; i++) this.#words[i] = colour;
    }
  }

  /** The same with slanted stripes. */
  hatch(x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
    const left = Math.max(0, x0);
    const right = Math.min(this.width, x1);
    const bottom = Math.min(this.height, y1);
    for (let y = Math.max(0, y0); y < bottom; y++) {
      for (let x = left; x < right; x++) {
        if ((x + y) % HATCH_PERIOD < HATCH_WIDTH) this.#words[y * this.width + x] = colour;
      }
    }
  }

  /** The border of a rectangle, so many pixels wide, to the outside. */
  outline(x0: number, y0: number, x1: number, y1: number, wide: number, colour: Colour): void {
    this.fill(x0 - wide, y0 - wide, x1 + wide, y0, colour);
    this.fill(x0 - wide, y1, x1 + wide, y1 + wide, colour);
    this.fill(x0 - wide, y0, x0, y1, colour);
    this.fill(x1, y0, x1 + wide, y1, colour);
  }
}
