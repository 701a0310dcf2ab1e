import { charactersOf, markdown } from '../report/markdown.ts';
import type { Printout } from '../report/printout.ts';
import { loadWidthsFor } from '../report/width.ts';
import { paintFor } from './paint.ts';

/** Where a terminal does not say how wide it is. */
const USUAL_COLUMNS = 80;

/** The option of all commands that print tables. */
export interface WideFlag {
  readonly wide?: boolean;
}

/** Prints on standard output: fitted to the terminal, or as Markdown where it is piped. */
export async function print(printout: Printout, { wide = false }: WideFlag): Promise<void> {
  const { stdout } = process;
  await loadWidthsFor(charactersOf(printout));
  if (!stdout.isTTY) {
    stdout.write(markdown(printout));
    return;
  }
  const { forTerminal } = await import('../report/terminal.ts');
  stdout.write(forTerminal(printout, { columns: columnsOf(stdout), isWide: wide, paint: paintFor(stdout) }));
}

/** Columns of a terminal. */
export function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : USUAL_COLUMNS;
}
