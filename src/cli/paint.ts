import pc from 'picocolors';
import { type Paint, PLAIN } from '../report/printout.ts';

/**
 * Colours for a stream: only where it is a terminal, `NO_COLOR` is not set, and the terminal is not dumb unless `FORCE_COLOR` says
 * otherwise. They are read on light and on dark, which bright
 * yellow is not, and none is told from another by red and green alone.
 */
export function paintFor({ isTTY }: NodeJS.WriteStream): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  if (!isTTY || NO_COLOR || FORCE_COLOR === '0' || (TERM === 'dumb' && !isForced)) return PLAIN;
  const { bold, cyan, dim, magenta, red } = pc.createColors(true);
  return {
    heading: bold,
    faint: dim,
    error: (text) => bold(red(text)),
    warning: (text) => bold(magenta(text)),
    result: cyan,
  };
}
