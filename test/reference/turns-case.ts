import { baseLayers, type Network } from '../../src/network/network.ts';
import { describeNetwork } from './random-network.ts';
import { type Granularity, referenceAnalysis } from './reference.ts';
import { autoRounds, fewestRounds, type Policy, policyCopies, type Unrounded } from './rounds.ts';
import { slicesOf } from './slices.ts';
import type { Reload, Turns } from './turns.ts';

/** A network in turns, as a user asks for it. Printed by `describeTurns` where a property fails. */
export interface TurnsCase {
  /** On crossbars of one cell: a base layer takes as many PEs as its weights have columns. */
  readonly network: Network;
  readonly granularity: Granularity;
  readonly totalPes: number;
  readonly writeCycles: number;
  /** Undefined: all. */
  readonly parallelWrites: number | undefined;
  readonly resultCycles: number;
  readonly batch: number;
  readonly group: number;
  readonly reload: Reload;
  /** What is asked for; undefined: nothing. A list has the first slices of rounds by index. */
  readonly rounds: 'auto' | 'fewest' | readonly number[] | undefined;
  /** A policy, or the copies of each slice. */
  readonly duplication: Policy | readonly number[];
}

/** A case before rounds and copies, as the reference takes it. */
export function unrounded(asked: Omit<TurnsCase, 'rounds' | 'duplication'>): Unrounded {
  const { network, granularity, totalPes, parallelWrites = totalPes, ...rest } = asked;
  const analysis = referenceAnalysis(network, granularity);
  const pes = baseLayers(network).map(({ weights }) => weights.columns);
  const slices = slicesOf(analysis, pes, totalPes);
  return { ...rest, analysis, totalPes, slices, parallelWrites };
}

/** The case with rounds and copies, worked out by the reference. */
export function turnsOf(asked: TurnsCase): Turns {
  const before = unrounded(asked);
  const { duplication } = asked;
  // A list of copies is for rounds that are known.
  const policy = typeof duplication === 'string' ? duplication : 'none';
  const rounds = roundsAsked(before, asked.rounds, policy);
  const copies = typeof duplication === 'string' ? policyCopies(before, rounds, policy) : duplication;
  return { ...before, rounds, copies };
}

/** The rounds that are asked for; where none are, those of `auto` if the network does not fit. */
function roundsAsked(turns: Unrounded, asked: TurnsCase['rounds'], policy: Policy): readonly number[] {
  if (typeof asked === 'object') return asked;
  const fewest = fewestRounds(turns);
  if (asked === 'fewest' || (asked === undefined && fewest.length === 1)) return fewest;
  return autoRounds(turns, policy);
}

/** The case in readable lines. */
export function describeTurns(asked: TurnsCase): string {
  const { slices, rounds, copies } = turnsOf(asked);
  const parts = slices.map(({ name, pes }, i) => {
    return `${i > 0 && rounds.includes(i) ? '| ' : ''}${name} ${copies[i]}x${pes}`;
  });
  const { network, ...rest } = asked;
  return `\n${describeNetwork(network)}\n  rounds of copies x PEs: ${parts.join(' ')}\n  ${JSON.stringify(rest)}\n`;
}
