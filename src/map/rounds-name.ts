/** Rounds that have a name. */
export const ROUNDS_NAMES = ['auto', 'fewest'] as const;

/** True for the name of rounds that are chosen. */
export function isRoundsName(name: string): name is (typeof ROUNDS_NAMES)[number] {
  return ROUNDS_NAMES.some((known) => known === name);
}
