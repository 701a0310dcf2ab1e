import type { EngineTurns } from '../engine/turns.ts';
import { copiesOfRound, fewestRounds, type Turns } from '../map/rounds.ts';
import { type RoundChoice, roundBounds } from './round-bounds.ts';

/** Rounds from the first slice up to one: what they take, where the last of them begins, and those in front of it. */
interface Way {
  readonly cycles: number;
  readonly rounds: number;
  readonly start: number;
  readonly before: Way | undefined;
}

/**
 * The rounds of `auto` (spec.md section 9): those whose `barrier` makespan for one group is least with the policy, of
 * equals the fewest, then the earliest. Exact, since the makespan of a round does not depend on the others: the shortest
 * way from the first slice to the end, over all rounds that fit and may be part of a way as short as the best known.
 *
 * @param engine Is ready for these slices in `barrier`.
 * @returns Undefined where a list of copies fits no rounds.
 */
export function autoRounds(choice: RoundChoice, engine: EngineTurns): readonly number[] | undefined {
  const { slices, pes } = choice.turns;
  const bounds = roundBounds(choice, engine);
  const rounds = new RoundCycles(choice, engine);
  let most = firstGuess(choice.turns, rounds);
  const ways: (Way | undefined)[] = [{ cycles: 0, rounds: 0, start: 0, before: undefined }];
  for (let start = 0; start < slices.length; start++) {
    const way = ways[start];
    let taken = 0;
    for (let end = start + 1; way !== undefined && end <= slices.length; end++) {
      taken += slices[end - 1]!.pesPerCopy;
      if (taken > pes) break;
      const limit = Math.min(most - bounds.toTheEnd(end), ways[end]?.cycles ?? Infinity) - way.cycles;
      if (bounds.ofRound(start, end) > limit) continue;
      const cycles = rounds.cycles(start, end, limit);
      if (cycles === Infinity) continue;
      const found = { cycles: way.cycles + cycles, rounds: way.rounds + 1, start, before: way };
      if (isBetter(found, ways[end])) ways[end] = found;
      if (end === slices.length) most = Math.min(most, found.cycles);
    }
    rounds.forget(start);
  }
  const best = ways[slices.length];
  return best === undefined ? undefined : startsOf(best);
}

/** Shares of the chip that one copy of each layer of a round takes, for a first guess. */
const SHARES = [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08];

/** What rounds take that somebody may choose without looking: the better it is, the fewer rounds have to be looked at. */
function firstGuess(turns: Turns, rounds: RoundCycles): number {
  const guesses = SHARES.map((share) => fewestRounds({ ...turns, pes: share * turns.pes }));
  return guesses
    .filter((starts, i) => starts.length !== guesses[i - 1]?.length)
    .reduce((least, starts) => Math.min(least, rounds.cyclesOf(starts)), Infinity);
}

function startsOf(way: Way): number[] {
  const starts: number[] = [];
  for (let last = way; last.before !== undefined; last = last.before) starts.push(last.start);
  return starts.reverse();
}

function isBetter(found: Way, known: Way | undefined): boolean {
  if (known === undefined) return true;
  const order = found.cycles - known.cycles || found.rounds - known.rounds;
  return order < 0 || (order === 0 && isEarlier(found, known));
}

/** Of ways of as many rounds: true where `way` begins the first round in which they differ earlier. */
function isEarlier(way: Way, other: Way): boolean {
  let result = false;
  // Both begin with the same way of no rounds.
  for (let [one, two] = [way, other]; one !== two; one = one.before!, two = two.before!) {
    if (one.start !== two.start) result = one.start < two.start;
  }
  return result;
}

/** Makespans of rounds by themselves. */
class RoundCycles {
  readonly #choice: RoundChoice;
  readonly #engine: EngineTurns;

  constructor(choice: RoundChoice, engine: EngineTurns) {
    this.#choice = choice;
    this.#engine = engine;
  }

  /** Of the slices from `start` to `end`; Infinity where it is above the limit, or the copies do not fit. */
  cycles(start: number, end: number, limit: number): number {
    const { turns, group } = this.#choice;
    const copies = copiesOfRound(turns, start, end);
    if (copies === undefined) return Infinity;
    for (let i = start; i < end; i++) {
      const own = copies[i - start]!;
      if (Math.ceil((turns.slices[i]!.mvms * group) / own) > limit) return Infinity;
      this.#engine.setCopies(i, own);
    }
    return this.#engine.roundCycles(start, end, start > 0, limit);
  }

  /** Takes a slice as finished: only rounds behind it are asked for from now on. */
  forget(slice: number): void {
    this.#engine.forgetSlice(slice);
  }

  /** What these rounds take together; Infinity where copies do not fit. It forgets all slices but those of the last round. */
  cyclesOf(starts: readonly number[]): number {
    const { slices } = this.#choice.turns;
    let sum = 0;
    starts.forEach((start, round) => {
      for (let i = starts[round - 1] ?? start; i < start; i++) this.forget(i);
      sum += this.cycles(start, starts[round + 1] ?? slices.length, Infinity);
    });
    return sum;
  }
}
