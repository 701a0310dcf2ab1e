import { duplicationPolicies } from '../../src/map/duplication/index.ts';
import { pesOfRound, roundOf, type Turns } from './turns.ts';
import { cyclesOf, mvmsOf } from './turns-metrics.ts';

/** A network on a chip, before rounds and copies. */
export type Unrounded = Omit<Turns, 'rounds' | 'copies'>;

/** How the copies of a round are chosen. */
export type Policy = 'none' | 'greedy' | 'sum';

/** All ways to cut `length` slices into rounds: the first slice of each round. */
export function allCuts(length: number): number[][] {
  return Array.from({ length: 2 ** (length - 1) }, (_, bits) =>
    Array.from({ length }, (_, slice) => slice).filter(
      (slice) => slice === 0 || Math.floor(bits / 2 ** (slice - 1)) % 2 === 1,
    ),
  );
}

/** True where one copy of all layers of each round fits. */
export function fits(turns: Unrounded, rounds: readonly number[]): boolean {
  const single = { ...turns, rounds, copies: turns.slices.map(() => 1) };
  return rounds.every((_, round) => pesOfRound(single, round) <= turns.totalPes);
}

/** The copies that a policy gives to each round by itself, with the PEs that its layers leave. */
export function policyCopies(turns: Unrounded, rounds: readonly number[], policy: Policy): number[] {
  const single = { ...turns, rounds, copies: turns.slices.map(() => 1) };
  return rounds.flatMap((_, round) => {
    const layers = roundOf(single, round).map((slice) => {
      const { name, pes } = turns.slices[slice]!;
      return { name, mvms: mvmsOf(turns, slice), pesPerCopy: pes };
    });
    return [...duplicationPolicies[policy](layers, turns.totalPes - pesOfRound(single, round))];
  });
}

/** A layer joins the round as long as one copy of it fits. */
export function fewestRounds({ slices, totalPes }: Pick<Turns, 'slices' | 'totalPes'>): number[] {
  const rounds: number[] = [];
  let pes = Infinity;
  slices.forEach((slice, index) => {
    if (pes + slice.pes > totalPes) {
      rounds.push(index);
      pes = 0;
    }
    pes += slice.pes;
  });
  return rounds;
}

/** The makespan of one group with `barrier`. */
export function barrierMakespan(
  turns: Unrounded,
  rounds: readonly number[],
  copies: readonly number[],
): number {
  return cyclesOf({ ...turns, rounds, copies, batch: turns.group, reload: 'barrier' });
}

/** The rounds of `auto`: of all cuts those with the least makespan, then the fewest rounds, then the earliest cuts. */
export function autoRounds(turns: Unrounded, policy: Policy): number[] {
  const candidates = allCuts(turns.slices.length)
    .filter((rounds) => fits(turns, rounds))
    .map((rounds) => ({
      rounds,
      cycles: barrierMakespan(turns, rounds, policyCopies(turns, rounds, policy)),
    }));
  candidates.sort(
    (a, b) => a.cycles - b.cycles || a.rounds.length - b.rounds.length || compareLists(a.rounds, b.rounds),
  );
  return candidates[0]!.rounds;
}

/** Lexicographic order of lists of equal length. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((number, i) => number !== b[i]);
  return differing < 0 ? 0 : a[differing]! - b[differing]!;
}
