import { shortened } from '../report/width.ts';
import { columnsOf } from './print.ts';

/** Erases from where the cursor is. */
const ERASE = '\u001b[J';
/** What takes no longer is not worth a word. */
const QUIET_SECONDS = { terminal: 0.5, elsewhere: 2 } as const;
/** A terminal shows the same line again this often, elsewhere there is one more. */
const EVERY_SECONDS = { terminal: 0.25, elsewhere: 10 } as const;
/** It goes first where there is too little space. */
const PREFIX = 'clsa-cim: ';
const BAR_COLUMNS = { most: 30, least: 8 } as const;

/** How far work is. */
export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** The same in words, with the time that is left. */
  readonly text: string;
}

let isShown = false;

/**
 * Says on standard error now and then how far work is: a terminal has a line that comes after half a second and goes away in the
 * end, anything else a line of its own each time.
 */
export class Status {
  readonly #where = isTerminal() ? 'terminal' : 'elsewhere';
  // Not `performance`, which takes a millisecond to load.
  #next = process.uptime() + QUIET_SECONDS[this.#where];

  /** @param progress Is asked only where it is shown. */
  update(progress: () => Progress): void {
    const now = process.uptime();
    if (now < this.#next) return;
    this.#next = now + EVERY_SECONDS[this.#where];
    if (this.#where === 'terminal') show(progress());
    else process.stderr.write(`${PREFIX}${progress().text}\n`);
  }

  end(): void {
    clearStatus();
  }
}

/** Takes the line away, so that something else can be written; the next update shows it again. */
export function clearStatus(): void {
  if (!isShown) return;
  process.stderr.write(ERASE);
  isShown = false;
}

/**
 * The cursor goes back to where the line begins. So what comes next is written over it, and all of it is erased even where the
 * terminal has become narrower and has broken it in two.
 */
function show({ share, text }: Progress): void {
  const columns = columnsOf(process.stderr) - 1;
  const words = shortened(text.length + PREFIX.length <= columns ? PREFIX + text : text, columns);
  const space = Math.min(BAR_COLUMNS.most, columns - words.length - 1);
  const full = Math.floor(share * space);
  const bar = space < BAR_COLUMNS.least ? '' : ` ${'█'.repeat(full)}${'░'.repeat(space - full)}`;
  process.stderr.write(`${ERASE}${words}${bar}\r`);
  isShown = true;
}

function isTerminal(): boolean {
  return process.stderr.isTTY && process.env.TERM !== 'dumb';
}
