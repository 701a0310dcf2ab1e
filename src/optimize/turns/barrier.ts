import type { Effort } from './effort.ts';
import { Round, type RoundTools } from './round.ts';
import type { TurnCandidate, TurnFound, TurnProblem } from './turn-problem.ts';

/**
 * `barrier`: rounds and copies together. No round depends on the others, so that the best are a shortest way from the first
 * slice to the end, over rounds with their best copies; and the shortest way over what rounds take at least is a bound. Of
 * the rounds on the way that may still be the shortest all are looked at more closely, until nothing shorter may be left.
 *
 * @param candidates Rounds and copies to begin with.
 * @param gap Gap between best and bound that is small enough, as a share of the best.
 */
export function* searchBarrier(
  tools: RoundTools,
  candidates: readonly TurnCandidate[],
  effort: Effort,
  gap: number,
): Generator<void, TurnFound> {
  const rounds = new Rounds(tools);
  for (const candidate of candidates) rounds.offer(candidate, effort);
  for (;;) {
    const open = rounds.shortest((round) => (round.isDone ? round.cycles : round.bound));
    const bound = rounds.shortest((round) => round.bound);
    const best = rounds.best();
    const todo = open.rounds.filter((round) => !round.isDone);
    const isNear = open.cycles >= best.cycles || bound.cycles >= best.cycles * (1 - gap);
    if (isNear || todo.length === 0 || effort.left === 0) {
      return { ...best, candidate: candidateOf(best), bound: Math.min(bound.cycles, best.cycles) };
    }
    // Those that are known least first: a quick look may be enough to see that the way is longer.
    const fewest = todo.reduce((least, { looks }) => Math.min(least, looks), Infinity);
    for (const round of todo) {
      if (round.looks === fewest && effort.left > 0) yield* round.look(tools, effort);
    }
    yield;
  }
}

function candidateOf({ rounds }: Way): TurnCandidate {
  return { starts: rounds.map(({ start }) => start), copies: rounds.flatMap(({ copies }) => copies) };
}

/** Rounds one behind the other, from the first slice to the last. */
interface Way {
  readonly cycles: number;
  readonly rounds: readonly Round[];
}

/** All rounds that fit, with what is known of each. */
class Rounds {
  readonly #tools: RoundTools;
  /** By first slice, then by how many slices. */
  readonly #all: readonly (readonly Round[])[];

  constructor(tools: RoundTools) {
    const { problem } = tools;
    this.#tools = tools;
    this.#all = problem.slices.map((_, start) => roundsFrom(problem, start));
  }

  /** Takes what the rounds of a candidate take as known. */
  offer({ starts, copies }: TurnCandidate, effort: Effort): void {
    starts.forEach((start, i) => {
      const end = starts[i + 1] ?? copies.length;
      const round = this.#all[start]![end - start - 1]!;
      const own = copies.slice(start, end);
      round.offer(own, this.#tools.engine.roundCycles(round, own));
      effort.spend(1);
    });
  }

  /** The shortest way, where a round takes what `cyclesOf` says; of equals the one with the fewest rounds. */
  shortest(cyclesOf: (round: Round) => number): Way {
    return wayFrom(0, this.#nextRounds(cyclesOf), cyclesOf);
  }

  /**
   * The shortest way with the best copies so far of all whose group on its own takes no more than it may; where there is
   * none, the one on which it takes least, of Infinity cycles.
   */
  best(): Way & { readonly groupCycles: number } {
    const { objective, maxCycles } = this.#tools.problem;
    const cyclesOf = (round: Round) => round.cycles;
    const next = this.#nextRounds(cyclesOf);
    if (objective === 'latency') {
      const way = wayFrom(0, next, cyclesOf);
      return { ...way, groupCycles: way.cycles };
    }
    let best = { cycles: Infinity, rounds: [] as readonly Round[], groupCycles: Infinity };
    for (const first of this.#all[0]!) {
      if (first.cycles === Infinity) continue;
      const rest = wayFrom(first.end, next, cyclesOf);
      const groupCycles = this.#unwritten(first) + rest.cycles;
      const cycles = groupCycles > maxCycles ? Infinity : first.cycles + rest.cycles;
      const isBetter = cycles === best.cycles ? groupCycles < best.groupCycles : cycles < best.cycles;
      if (isBetter) best = { cycles, rounds: [first, ...rest.rounds], groupCycles };
    }
    return best;
  }

  /** Cycles of a first round whose weights were written before. */
  #unwritten(first: Round): number {
    return this.#tools.engine.roundCycles({ start: 0, end: first.end, isWritten: false }, first.copies);
  }

  /** Per slice the round that begins with it on the shortest way to the end. */
  #nextRounds(cyclesOf: (round: Round) => number): readonly (Round | undefined)[] {
    const ends = this.#all.length;
    const cycles = new Float64Array(ends + 1).fill(Infinity);
    const count = new Int32Array(ends + 1);
    const next = new Array<Round | undefined>(ends + 1).fill(undefined);
    cycles[ends] = 0;
    for (let start = ends - 1; start >= 0; start--) {
      for (const round of this.#all[start]!) {
        const own = cyclesOf(round) + cycles[round.end]!;
        const rounds = 1 + count[round.end]!;
        if (own > cycles[start]! || (own === cycles[start]! && rounds >= count[start]!)) continue;
        cycles[start] = own;
        count[start] = rounds;
        next[start] = round;
      }
    }
    return next;
  }
}

function wayFrom(
  start: number,
  next: readonly (Round | undefined)[],
  cyclesOf: (round: Round) => number,
): Way {
  const rounds: Round[] = [];
  let cycles = 0;
  let at = start;
  for (let round = next[at]; round !== undefined; round = next[at]) {
    rounds.push(round);
    cycles += cyclesOf(round);
    at = round.end;
  }
  return { cycles: at === next.length - 1 ? cycles : Infinity, rounds };
}

/** All rounds that begin with a slice, with what is clear of them at once. */
function roundsFrom(
  { slices, sets, pes, parallel, writeCycles, group, objective, workload }: TurnProblem,
  start: number,
): Round[] {
  const { resultCycles } = workload.architecture;
  const isWritten = start > 0 || objective === 'throughput';
  const first = isWritten ? Math.ceil(slices[start]!.pesPerCopy / parallel) * writeCycles : 0;
  const rounds: Round[] = [];
  let taken = 0;
  let work = 0;
  let slowest = 0;
  for (let end = start + 1; end <= slices.length; end++) {
    const { pesPerCopy, mvms } = slices[end - 1]!;
    taken += pesPerCopy;
    if (taken > pes) break;
    work += pesPerCopy * mvms * group;
    const most = Math.min(sets[end - 1]! * group, Math.floor(pes / pesPerCopy));
    slowest = Math.max(slowest, Math.ceil((mvms * group) / most));
    rounds.push(
      new Round(start, end, isWritten, first + Math.max(Math.ceil(work / pes), slowest) + resultCycles - 1),
    );
  }
  return rounds;
}
