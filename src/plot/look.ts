/** Where a plot is drawn, and how large. */
export interface PlotOptions {
  /** Makes the elements. */
  readonly document: Document;
  /** Width in pixels, on paper in points of 1/72 inch; 640 pixels or {@link COLUMN_POINTS} by default. */
  readonly width?: number | undefined;
  /** Sizes and lines as in the column of a paper, black on white; for a page by default. */
  readonly isPaper?: boolean | undefined;
  /** Of plots of a sweep that have axes: the column across, where another one is wanted than the plot takes by itself. */
  readonly x?: string | undefined;
  /** The same of the column up. */
  readonly y?: string | undefined;
}

/** Width of a column of a paper with two columns: 3.5 inches. */
export const COLUMN_POINTS = 252;
/** Width of both columns: 7.16 inches. */
export const PAGE_POINTS = 515.52;

/** How a plot looks: options with what follows from them. Lengths are pixels or points. */
export interface Look {
  readonly document: Document;
  readonly isPaper: boolean;
  readonly width: number;
  readonly fontSize: number;
  /** Width of lines that carry data. */
  readonly line: number;
  /** Width of axes and grids. */
  readonly thinLine: number;
  /** Height of a plot whose height does not follow from what it shows. */
  readonly height: number;
  /** Height of a row where there are few. */
  readonly rowHeight: number;
  /** What rows may take together before they become thinner. */
  readonly rowsHeight: number;
  /** Name of the column across that is wanted. */
  readonly x: string | undefined;
  /** Name of the column up that is wanted. */
  readonly y: string | undefined;
}

/** The options with their defaults. */
export function lookOf({ document, isPaper = false, width, x, y }: PlotOptions): Look {
  return isPaper
    ? {
        ...{ document, isPaper, x, y, width: width ?? COLUMN_POINTS, height: 150 },
        ...{ fontSize: 7, line: 0.8, thinLine: 0.4, rowHeight: 8.5, rowsHeight: 300 },
      }
    : {
        ...{ document, isPaper, x, y, width: width ?? 640, height: 300 },
        ...{ fontSize: 12, line: 1.5, thinLine: 1, rowHeight: 16, rowsHeight: 640 },
      };
}

/** Families of fonts that readers have, the narrow ones first. */
export const FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** Colours that colour-blind people tell apart, on white and on black (after Okabe and Ito). */
export const COLOURS = {
  blue: '#0072b2',
  orange: '#e69f00',
  green: '#009e73',
  sky: '#56b4e9',
  vermilion: '#d55e00',
  purple: '#cc79a7',
  yellow: '#d8c62a',
  grey: '#8c8c8c',
  wine: '#a3336a',
} as const;

/** The same in the order in which series take them. */
export const SERIES: readonly string[] = Object.values(COLOURS);

/** An estimate of the width of a text, rather too wide. */
export function textWidth(text: string, { fontSize }: Pick<Look, 'fontSize'>): number {
  // Dots for what is cut are as wide as high.
  const cuts = text.split('…').length - 1;
  return (text.length * 0.6 + cuts * 0.4) * fontSize;
}
