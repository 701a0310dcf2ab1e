import type { Simulation } from '../simulate/index.ts';

/** Which copies were taken of those that were tried, and why; undefined where none were tried. */
export function triedLine({ tried }: Pick<Simulation, 'tried'>): string | undefined {
  return tried && `Copies by the policy tried: ${tried.taken}, ${tried.reason}.`;
}
