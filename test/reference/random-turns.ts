import fc from 'fast-check';
import { baseLayers, type Network } from '../../src/network/network.ts';
import { withPes } from '../optimize/brute-force.ts';
import { randomGranularity, randomNetwork } from './random-network.ts';
import { fewestRounds, type Policy, type Unrounded } from './rounds.ts';
import { pesOfRound, type Reload, roundOf } from './turns.ts';
import { describeTurns, type TurnsCase, unrounded } from './turns-case.ts';

/** Cuts of more slices than this are too many to try them all. */
const MAX_TRIED = 6;

/** Random networks of at most `most` base layers. */
export function smallNetwork(most = 6): fc.Arbitrary<Network> {
  return randomNetwork().filter((network) => baseLayers(network).length <= most);
}

/** A random network on a random chip, in random turns: from less than a PE a layer to more than all need. */
export function turnsCase(networks: fc.Arbitrary<Network> = smallNetwork()): fc.Arbitrary<TurnsCase> {
  const drawn = fc.record({
    ...{ network: networks, granularity: randomGranularity() },
    pes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
    /** P in hundredths of what one copy of everything takes. */
    share: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 180 })),
    writeCycles: fc.oneof(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(2 ** 31 - 2, 2 ** 31, 2 ** 32 + 7, 2 ** 40),
    ),
    parallelWrites: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    resultCycles: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6 })),
    batch: fc.integer({ min: 1, max: 5 }),
    group: fc.nat(9),
    reload: fc.constantFrom<Reload>('rolling', 'barrier'),
    cuts: fc.oneof(
      fc.constantFrom('auto' as const, 'fewest' as const, undefined),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    ),
    copies: fc.oneof(
      fc.constantFrom<Policy>('none', 'greedy', 'sum'),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
    ),
  });
  return drawn.map(({ pes, share, cuts, copies, network: bare, group, ...rest }) => {
    const network = withPes(bare, pes);
    const needed = baseLayers(network).reduce((sum, { weights }) => sum + weights.columns, 0);
    const totalPes = Math.max(1, Math.floor((needed * share) / 100));
    const chip = { ...rest, network, totalPes, group: 1 + (group % rest.batch) };
    const result: TurnsCase = { ...chip, ...turnsOn(unrounded(chip), cuts, copies) };
    return Object.defineProperty(result, fc.toStringMethod, { value: () => describeTurns(result) });
  });
}

/** Rounds and copies that can be asked for on a chip. */
function turnsOn(
  chip: Unrounded,
  cuts: 'auto' | 'fewest' | undefined | readonly boolean[],
  copies: Policy | readonly number[],
): Pick<TurnsCase, 'rounds' | 'duplication'> {
  if (typeof cuts === 'object') {
    const rounds = cutAt(chip, cuts);
    return { rounds, duplication: typeof copies === 'string' ? copies : copiesOn(chip, rounds, copies) };
  }
  // A list of copies fits rounds that are known before.
  if (typeof copies === 'object') {
    const rounds = fewestRounds(chip);
    return { rounds: 'fewest', duplication: copiesOn(chip, rounds, copies) };
  }
  return { rounds: chip.slices.length > MAX_TRIED ? 'fewest' : cuts, duplication: copies };
}

/** Rounds that begin where `begins` says, and wherever the next slice does not fit. */
function cutAt({ slices, totalPes }: Unrounded, begins: readonly boolean[]): number[] {
  const rounds: number[] = [];
  let pes = 0;
  slices.forEach((slice, index) => {
    pes += slice.pes;
    if (index > 0 && pes <= totalPes && !begins[index % begins.length]) return;
    rounds.push(index);
    pes = slice.pes;
  });
  return rounds;
}

/** One copy of each slice, and `more` as far as they fit. */
function copiesOn(chip: Unrounded, rounds: readonly number[], more: readonly number[]): number[] {
  const copies = chip.slices.map(() => 1);
  const turns = { ...chip, rounds, copies };
  rounds.forEach((_, round) => {
    for (const slice of roundOf(turns, round)) {
      const left = chip.totalPes - pesOfRound(turns, round);
      copies[slice]! += Math.min(more[slice % more.length]!, Math.floor(left / chip.slices[slice]!.pes));
    }
  });
  return copies;
}
