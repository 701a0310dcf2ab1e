import type { Simulation } from '../simulate/index.ts';

/** Which copies and rounds were taken of those that were tried, and why; undefined where none were tried. */
export function triedLine({ tried }: Pick<Simulation, 'tried'>): string | undefined {
  if (tried === undefined) return undefined;
  const { taken, takenRounds, reason, lists } = tried;
  if (takenRounds === undefined) return `Copies by the policy tried: ${taken}, ${reason}.`;
  const rounds = `those of ${takenRounds}`;
  // Where all have the same copies, rounds were tried only.
  return lists.every(({ copies }) => copies === taken)
    ? `Rounds that were tried: ${rounds}, ${reason}.`
    : `Copies and rounds that were tried: ${taken}, in ${rounds}, ${reason}.`;
}
