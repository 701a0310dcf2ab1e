import { barOf } from './bars.ts';
import { type Cell, cellText, isRight, type Table } from './table.ts';
import { padded, shortened, widthOf, wrapped } from './width.ts';

/** What parts columns. */
const GAP = '  ';
/** Text gets at least so many columns before a column is left out, and names, which come first, more. */
const LEAST_TEXT = 18;
const LEAST_NAME = 22;
/** So do sentences, which are broken over lines. */
const LEAST_SENTENCE = 24;
const BAR_COLUMNS = 8;

/** A table in lines that fit. */
export interface FittedTable {
  readonly head: readonly string[];
  /** The line under the head. */
  readonly rule: string;
  /** The lines of every row. */
  readonly rows: readonly (readonly string[])[];
  /** Heads of columns that there was no space for. */
  readonly leftOut: readonly string[];
}

/** A column with what it shows. */
interface Column {
  readonly head: string;
  readonly texts: readonly string[];
  readonly isRight: boolean;
  /** Broken over lines instead of shortened. */
  readonly isSentence: boolean;
  /** Columns of a terminal that its longest text takes. */
  readonly width: number;
  /** And that it takes at least. */
  readonly least: number;
  /** Numbers and pictures are never cut. */
  readonly isFixed: boolean;
}

/**
 * The columns of a table that so much space holds; names are shortened before a column is left out. A table all of whose columns
 * matter comes in several, each with the first column.
 */
export function fitted(table: Table, space: number): FittedTable[] {
  const columns = columnsOf(table);
  const [first = 0, ...others] = byImportance(table);
  const pieces: FittedTable[] = [];
  for (let i = 0; i === 0 || (table.isWhole && i < others.length); ) {
    const order = [first, ...others.slice(i)];
    const shown = order.slice(0, Math.max(2, howMany(columns, order, space)));
    i += shown.length - 1;
    pieces.push(linesOf(table, columns, shown, space));
  }
  return pieces;
}

/** So many of the first of these columns fit; the very first always does. */
function howMany(columns: readonly Column[], order: readonly number[], space: number): number {
  const fits = (count: number) => total(order.slice(0, count).map((i) => columns[i]!.least)) <= space;
  let count = order.length;
  while (count > 1 && !fits(count)) count--;
  return count;
}

function linesOf(
  table: Table,
  columns: readonly Column[],
  ranked: readonly number[],
  space: number,
): FittedTable {
  const widths = widthsOf(columns, ranked, space);
  const shown = columns.flatMap((column, i) =>
    ranked.includes(i) ? [{ ...column, width: widths.get(i)! }] : [],
  );
  const { length } = table.rows;
  return {
    head: rowOf(shown, ({ head }) => head),
    rule: shown.map(({ width }) => '─'.repeat(width)).join(GAP),
    rows: Array.from({ length }, (_, row) => rowOf(shown, ({ texts }) => texts[row]!)),
    leftOut: table.isWhole ? [] : table.heads.filter((head, i) => head !== '' && !ranked.includes(i)),
  };
}

function columnsOf({ heads, rows, sentences }: Table): Column[] {
  const texts = heads.map((_, i) => rows.map((row) => textOf(row[i])));
  const names = texts.findIndex((own) => !isRight(own));
  return heads.map((head, i): Column => {
    const own = texts[i]!;
    const width = own.reduce((most, text) => Math.max(most, widthOf(text)), widthOf(head));
    const isSentence = sentences.includes(head);
    const isPicture = rows.some((row) => typeof row[i] === 'object');
    const text = i === names ? LEAST_NAME : LEAST_TEXT;
    const least = isSentence ? LEAST_SENTENCE : text;
    const isFixed = isPicture || isRight(own);
    return {
      head,
      texts: own,
      isRight: isRight(own),
      isSentence,
      width,
      least: isFixed ? width : Math.min(width, least),
      isFixed,
    };
  });
}

function textOf(cell: Cell = ''): string {
  if (typeof cell !== 'object') return cellText(cell);
  const percent = cell.bar > 0 && cell.bar < 0.005 ? '<1 %' : cellText(cell);
  return `${barOf(cell.bar, BAR_COLUMNS)} ${percent.padStart(5)}`;
}

/** Indices of the columns, the one that matters most first. */
function byImportance({ heads, important }: Table): number[] {
  const rank = (i: number) => {
    const named = important.indexOf(heads[i]!);
    if (i === 0) return -1;
    return named < 0 ? important.length + i : named;
  };
  return heads.map((_, i) => i).toSorted((a, b) => rank(a) - rank(b));
}

/** How wide each column is: what no other needs is shared out to those that matter most; what is missing, text gives up. */
function widthsOf(columns: readonly Column[], ranked: readonly number[], space: number): Map<number, number> {
  let free = space - total(ranked.map((i) => columns[i]!.least));
  return new Map(
    ranked.map((i) => {
      const { least, width, isFixed } = columns[i]!;
      const own = Math.max(isFixed ? width : 1, Math.min(width, least + free));
      free -= own - least;
      return [i, own];
    }),
  );
}

/** Columns of a terminal that columns of a table take. */
function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

/** The lines of a row. */
function rowOf(columns: readonly Column[], textOf: (column: Column) => string): string[] {
  const cells = columns.map((column) => {
    const { width, isSentence } = column;
    return isSentence ? wrapped(textOf(column), width) : [shortened(textOf(column), width)];
  });
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ width, isRight }, i) => padded(cells[i]![line] ?? '', width, isRight))
      .join(GAP)
      .trimEnd(),
  );
}
