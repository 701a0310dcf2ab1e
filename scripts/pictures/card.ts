import { escaped } from '../site/html.ts';

/** What a picture is, beside its drawing. */
export interface Card {
  readonly width: number;
  readonly height: number;
  /** In a few words; pictures on one page have different ones. */
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly told: string;
  /** More rules of its style, in front of those of the dark one. */
  readonly style?: string;
}

/**
 * A picture of the documents: light or dark as the reader has it, by itself, since it is shown as an image. Elements of class
 * `a` to `d` have four colours that differ in lightness, too.
 */
export function card({ width, height, title, told, style = '' }: Card, drawing: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title told">
  <title id="title">${escaped(title)}</title>
  <desc id="told">${escaped(told)}</desc>
  <!-- Made by scripts/concept-pictures.ts; UPDATE_DOCS=1 npx vitest run test/docs/concept-pictures.test.ts makes it anew. -->
  <style>
    text { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; font-size: 13px; fill: #59636e }
    .title, .result { font-weight: 600; fill: #1f2328 }
    .title { font-size: 15px }
    .small { font-size: 11px }
    .in { fill: #1f2328 }
    .card { fill: #ffffff; stroke: #d0d7de }
    .idle { fill: #eff2f5 }
    .cell { stroke: #ffffff; stroke-width: 1 }
    .a { fill: #4a8fd4 }
    .b { fill: #f0a94e }
    .c { fill: #6cc19a }
    .d { fill: #c9b3e6 }
    .line { fill: none; stroke: #2f6fb5; stroke-width: 2 }
    .bound { fill: none; stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3 }
    .grid, .arrow { fill: none; stroke: #d0d7de }
    .arrow { stroke: #59636e }
    .head { fill: #59636e }
    .dot { fill: #2f6fb5 }
${style}    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1 }
      .title, .result { fill: #e6edf3 }
      .card { fill: #0d1117; stroke: #3d444d }
      .idle { fill: #262c36 }
      .cell { stroke: #0d1117 }
      .line { stroke: #6cb0f5 }
      .bound { stroke: #9198a1 }
      .grid { stroke: #3d444d }
      .arrow { stroke: #9198a1 }
      .head { fill: #9198a1 }
      .dot { fill: #6cb0f5 }
    }
  </style>
  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${drawing}</svg>
`;
}

/** A line of text; `names` are its classes and other attributes. */
export function words(x: number, y: number, text: string, names = ''): string {
  return `  <text x="${short(x)}" y="${short(y)}"${names === '' ? '' : ` ${names}`}>${escaped(text)}</text>\n`;
}

/** A box. */
export function box(names: string, x: number, y: number, width: number, height: number): string {
  return `  <rect class="${names}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>\n`;
}

/** A coordinate with as many digits as can be seen. */
export const short = (value: number) => Math.round(value * 100) / 100;
