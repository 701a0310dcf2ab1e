import { allCopies } from '../optimize/brute-force.ts';
import { allCuts, fits, type Unrounded } from './rounds.ts';
import { referenceTurns, roundOf, setsOf, type Turns } from './turns.ts';
import { cyclesOf, turnsMetrics } from './turns-metrics.ts';

/** What is least: cycles of one group, or cycles per inference between the ends of the last two of some groups. */
export type TurnsObjective = 'latency' | 'throughput';

/** Groups that go through the chip for a throughput. */
const GROUPS = 4;

/** Rounds and copies, and what they give. */
export interface BestTurns {
  readonly rounds: readonly number[];
  readonly copies: readonly number[];
  readonly value: number;
  /** Combinations that were tried. */
  readonly tried: number;
}

/** The value of an objective for rounds and copies, whatever the batch. */
export function objectiveValue(turns: Turns, objective: TurnsObjective): number {
  const all = { ...turns, ...batchFor(turns, objective) };
  return objective === 'latency' ? cyclesOf(all) : turnsMetrics(all, referenceTurns(all)).intervalCycles;
}

function batchFor({ group }: Pick<Turns, 'group'>, objective: TurnsObjective): Pick<Turns, 'batch'> {
  return { batch: objective === 'latency' ? group : GROUPS * group };
}

/**
 * The optimum of rounds and copies together, by trying all of them: of small networks only. A copy beyond the sets of a
 * group runs none, and is not tried.
 */
export function bestTurns(turns: Unrounded, objective: TurnsObjective): BestTurns {
  let best = { rounds: [0], copies: [1], value: Infinity };
  let tried = 0;
  for (const candidate of allTurns({ ...turns, ...batchFor(turns, objective) })) {
    tried++;
    const value = objectiveValue(candidate, objective);
    if (value < best.value) best = { rounds: [...candidate.rounds], copies: [...candidate.copies], value };
  }
  return { ...best, tried };
}

/** All rounds with all copies that fit. */
export function* allTurns(turns: Unrounded): Generator<Turns> {
  for (const rounds of allCuts(turns.slices.length)) {
    if (!fits(turns, rounds)) continue;
    for (const copies of copiesFrom(turns, rounds, 0)) yield { ...turns, rounds, copies };
  }
}

/** Copies of the slices of all rounds from one on. */
function* copiesFrom(turns: Unrounded, rounds: readonly number[], round: number): Generator<number[]> {
  if (round === rounds.length) {
    yield [];
    return;
  }
  const all = { ...turns, rounds, copies: [] };
  const own = roundOf(all, round);
  const pes = own.map((slice) => turns.slices[slice]!.pes);
  const inferences = rounds.length === 1 ? turns.batch : turns.group;
  const most = own.map((slice) => setsOf(all, slice) * inferences);
  for (const copies of allCopies(pes, turns.totalPes, most)) {
    for (const others of copiesFrom(turns, rounds, round + 1)) yield [...copies, ...others];
  }
}
