import type { Table } from './table.ts';

/**
 * What a command prints, as data, line by line: `markdown` makes Markdown of it where it is piped, `forTerminal` fits it to the
 * width of a terminal.
 */
export type Printout = readonly Block[];

/**
 * A piece of a printout. A string is a line, an empty one parts what it stands between; a line break in it is one of Markdown only,
 * since a terminal breaks lines where it ends.
 */
export type Block = string | Title | Table | Drawing;

/** The line that says what follows. */
export interface Title {
  readonly kind: 'title';
  readonly text: string;
}

/** Lines that are as wide as there is space for. */
export interface Drawing {
  /** What tells it from other blocks. */
  readonly kind: 'drawing';
  /** False for what only a terminal shows. */
  readonly isPiped: boolean;
  /** The lines, none of which takes more columns than these. */
  draw(columns: number, paint: Paint): readonly string[];
}

/** Puts colours on text that is shown, where there are any. Colour says nothing that the text does not. */
export interface Paint {
  /** Titles and heads of columns. */
  heading(text: string): string;
  /** Rules, and remarks on what is not shown. */
  faint(text: string): string;
  /** Before a message of what went wrong. */
  error(text: string): string;
  /** The row of a bottleneck, before a warning. */
  warning(text: string): string;
  /** The figure that all is about. */
  result(text: string): string;
}

const asItIs = (text: string) => text;

/** Leaves text as it is. */
export const PLAIN: Paint = {
  heading: asItIs,
  faint: asItIs,
  error: asItIs,
  warning: asItIs,
  result: asItIs,
};

/** A {@link Title}. */
export function title(text: string): Title {
  return { kind: 'title', text };
}
