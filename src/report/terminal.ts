import { fitted } from './fit.ts';
import type { Block, Paint, Printout } from './printout.ts';
import { integer, type Table } from './table.ts';
import { wrapped } from './width.ts';

/** Where a printout is shown. */
export interface Terminal {
  /** Columns of the terminal. */
  readonly columns: number;
  /** Whether tables are shown with all of their columns, and lines as long as they are. */
  readonly isWide: boolean;
  readonly paint: Paint;
}

/** A printout for a terminal: no line is wider than it, unless that is asked for. */
export function forTerminal(printout: Printout, terminal: Terminal): string {
  return printout.flatMap((block) => linesOf(block, terminal)).join('\n');
}

function linesOf(block: Block, { columns, isWide, paint }: Terminal): readonly string[] {
  const space = isWide ? Number.POSITIVE_INFINITY : columns;
  const lines = (text: string) => wrapped(text.replaceAll('\n', ' '), space);
  if (typeof block === 'string') return lines(block);
  if (block.kind === 'title') return lines(block.text).map(paint.heading);
  return block.kind === 'table' ? tableLines(block, space, paint) : block.draw(columns, paint);
}

/** The first rows of a table of many, as far as they are shown, and a line that says how many more there are. */
function tableLines(table: Table, space: number, paint: Paint): string[] {
  const { rows, mostRows = rows.length } = table;
  if (space === Number.POSITIVE_INFINITY || rows.length <= mostRows) return columnLines(table, space, paint);
  const more = `${integer(rows.length - mostRows)} more rows are not shown (--wide).`;
  const first = columnLines({ ...table, rows: rows.slice(0, mostRows) }, space, paint);
  return [...first, ...wrapped(more, space).map(paint.faint)];
}

/** A table as wide as there is space for, and a line that says which columns are left out. */
function columnLines(table: Table, space: number, paint: Paint): string[] {
  return fitted(table, space).flatMap(({ head, rule, rows, leftOut }, piece) => {
    const painted = rows.flatMap((lines, i) => lines.map((line) => paintOf(table, i, paint)?.(line) ?? line));
    const remark = leftOut.length === 0 ? [] : wrapped(`Not shown: ${leftOut.join(', ')} (--wide).`, space);
    return [
      ...(piece === 0 ? [] : ['']),
      ...head.map(paint.heading),
      paint.faint(rule),
      ...painted,
      ...remark.map(paint.faint),
    ];
  });
}

function paintOf({ bottleneck, result }: Table, row: number, paint: Paint): Paint['result'] | undefined {
  if (row === bottleneck) return paint.warning;
  return row === result ? paint.result : undefined;
}
