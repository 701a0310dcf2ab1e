import pc from 'picocolors';
import { type Paint, PLAIN } from '../report/printout.ts';

/**
 * Colours for a stream: only where it is a terminal, `NO_COLOR` is not set, and the terminal is not dumb unless `FORCE_COLOR` says
 * otherwise. They are told apart without red and green.
 */
export function paintFor({ isTTY }: NodeJS.WriteStream): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  if (!isTTY || NO_COLOR || FORCE_COLOR === '0' || (TERM === 'dumb' && !isForced)) return PLAIN;
  const { bold, cyan, dim, yellow } = pc.createColors(true);
  return {
    heading: bold,
    faint: dim,
    warning: (text) => bold(yellow(text)),
    result: (text) => bold(cyan(text)),
  };
}
