/** A character that is filled by so many eighths, from the left. */
const EIGHTHS = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/** The same from below. */
const LEVELS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A share from 0 to 1 as a bar in so many characters; a share that is not 0 is seen. */
export function barOf(share: number, columns: number): string {
  const eighths = inSteps(share, 8 * columns);
  const full = Math.floor(eighths / 8);
  const rest = eighths % 8;
  return `${'█'.repeat(full)}${rest === 0 ? '' : EIGHTHS[rest]!}`.padEnd(columns);
}

/** Shares from 0 to 1 as a line with a character for each. */
export function sparkline(shares: readonly number[]): string {
  return shares.map((share) => LEVELS[inSteps(share, 8)]!).join('');
}

/** A share in whole steps: all only where it is all, and none only where it is none. */
export function inSteps(share: number, steps: number): number {
  if (share <= 0) return 0;
  return share >= 1 ? steps : Math.min(Math.max(1, Math.round(share * steps)), steps - 1);
}
