import pc from 'picocolors';
import { type Paint, PLAIN } from '../report/printout.ts';

/**
 * Colours for a stream: only where it is a terminal, `NO_COLOR` is not set, and the terminal is not dumb unless `FORCE_COLOR` says
 * otherwise. None of them is told from another by red and green alone.
 */
export function paintFor({ isTTY }: NodeJS.WriteStream): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  if (!isTTY || NO_COLOR || FORCE_COLOR === '0' || (TERM === 'dumb' && !isForced)) return PLAIN;
  const { bold, cyan, dim, red, yellow } = pc.createColors(true);
  return {
    heading: bold,
    faint: dim,
    error: (text) => bold(red(text)),
    warning: (text) => bold(yellow(text)),
    result: (text) => bold(cyan(text)),
  };
}
