import { markdownTable } from 'markdown-table';
import { type Block, PLAIN, type Printout } from './printout.ts';
import { type Cell, cellText, isRight, type Table, tableCell } from './table.ts';
import { widthOf } from './width.ts';

/** Pieces that are drawn as wide as there is space for take so many columns. */
const DRAWN_COLUMNS = 80;

/** A printout as Markdown, so that it can be pasted into a report as it is. */
export function markdown(printout: Printout): string {
  return printout.flatMap(linesOf).join('\n');
}

/** All that a printout says, in whatever order: what it takes to know which characters are in it. */
export function charactersOf(printout: Printout): string {
  const texts = (block: Block): readonly string[] => {
    if (typeof block === 'string') return [block];
    if (block.kind === 'title') return [block.text];
    return block.kind === 'table'
      ? [...block.heads, ...block.rows.map((row) => row.map(cellText).join(' '))]
      : block.draw(DRAWN_COLUMNS, PLAIN);
  };
  return printout.flatMap(texts).join('\n');
}

function linesOf(block: Block): readonly string[] {
  if (typeof block === 'string') return [block];
  if (block.kind === 'title') return [block.text];
  if (block.kind === 'table') return [tableLines(block)];
  return block.isPiped ? ['```text', ...block.draw(DRAWN_COLUMNS, PLAIN), '```'] : [];
}

function tableLines({ heads, rows, inTerminal }: Table): string {
  const shown = heads.flatMap((head, i) => (inTerminal.includes(head) ? [] : [i]));
  const texts = rows.map((row) => shown.map((i) => text(row[i])));
  const align = shown.map((_, i) => (isRight(texts.map((row) => row[i]!)) ? 'r' : 'l'));
  return markdownTable([shown.map((i) => heads[i]!), ...texts], { align, stringLength: widthOf });
}

function text(cell: Cell | undefined): string {
  return tableCell(cellText(cell));
}
