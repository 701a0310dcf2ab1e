import { ClsaCimError } from '../errors.ts';
import { unknownName } from '../input/nearest.ts';
import { oneLine } from '../input/show.ts';
import { checkCount, type Duplication, duplicate } from './duplicate.ts';
import type { Fit } from './fit.ts';
import type { Mapping } from './mapping.ts';
import type { UncopiedLayer } from './slices.ts';

/** The slices of a network's base layers on a chip where weights take turns, before they are cut into rounds. */
export interface Turns {
  /** Base layers or slices of them, in order, none larger than the chip. */
  readonly slices: readonly UncopiedLayer[];
  /** PEs of the chip. */
  readonly pes: number;
  /** One copy of every layer. */
  readonly fit: Fit;
  /** Who gets copies in each round. */
  readonly duplication: Duplication;
}

/** The rounds of `fewest` (spec.md section 9): a layer joins the round as long as one copy of it fits. */
export function fewestRounds({ slices, pes }: Turns): number[] {
  const starts: number[] = [];
  let left = 0;
  slices.forEach(({ pesPerCopy }, i) => {
    if (pesPerCopy <= left) {
      left -= pesPerCopy;
      return;
    }
    starts.push(i);
    left = pes - pesPerCopy;
  });
  return starts;
}

/**
 * The rounds that begin with the layers of these names; the first layer begins one in any case. A layer that is cut
 * into slices stands for the first of them, so that a list holds for chips of any size.
 *
 * @throws ClsaCimError of kind `usage` where a name is unknown or out of order, or a round does not fit.
 */
export function namedRounds({ slices, pes }: Turns, names: readonly string[]): number[] {
  const positions = positionsOf(slices);
  const starts = [0];
  names.forEach((name, at) => {
    const position = positions.get(name);
    if (position === undefined) {
      throw unknownName('rounds: no base layer or slice is called', name, [...positions.keys()], 'usage');
    }
    if (position === 0 && at === 0) return;
    if (position <= starts.at(-1)!) {
      throw new ClsaCimError(
        `rounds: ${oneLine(name)} does not stand behind ${oneLine(slices[starts.at(-1)!]!.name)}, which begins the ` +
          'round before; give each layer once, in the order of the layers',
        'usage',
      );
    }
    starts.push(position);
  });
  starts.forEach((start, round) => {
    demandFit({ slices, pes }, start, starts[round + 1] ?? slices.length);
  });
  return starts;
}

/** Where slices are by their names, and sliced layers by theirs; a name of a slice goes first. */
function positionsOf(slices: Turns['slices']): Map<string, number> {
  const sliced = slices.flatMap(({ name, slice }, i) =>
    slice?.index === 0 ? [[name.slice(0, name.lastIndexOf('[')), i] as const] : [],
  );
  return new Map([...sliced, ...slices.map(({ name }, i) => [name, i] as const)]);
}

function demandFit({ slices, pes }: Pick<Turns, 'slices' | 'pes'>, start: number, end: number): void {
  let taken = 0;
  for (let i = start; i < end; i++) {
    taken += slices[i]!.pesPerCopy;
    if (taken <= pes) continue;
    throw new ClsaCimError(
      `rounds: the round that begins with ${oneLine(slices[start]!.name)} takes more than the ${pes} PEs from ` +
        `${oneLine(slices[i]!.name)} on; let that layer, or one before it, begin another round`,
      'usage',
    );
  }
}

/**
 * Copies in a round of the slices from `start` to `end`, by the policy as if they were all there is; undefined where a
 * list of copies does not fit.
 */
export function copiesOfRound(turns: Turns, start: number, end: number): readonly number[] | undefined {
  const { slices, pes, duplication } = turns;
  const layers = slices.slice(start, end);
  if (typeof duplication !== 'object') return duplicate(roundFit(turns, layers), duplication);
  const copies = duplication.slice(start, end);
  const taken = layers.reduce((sum, { pesPerCopy }, i) => sum + pesPerCopy * copies[i]!, 0);
  return taken <= pes ? duplicate(roundFit(turns, layers), copies) : undefined;
}

function roundFit({ fit, pes }: Turns, layers: readonly UncopiedLayer[]): Fit {
  const needed = layers.reduce((sum, { pesPerCopy }) => sum + pesPerCopy, 0);
  return { layers, crossbars: fit.crossbars, needed: [needed], there: [pes] };
}

/**
 * The mapping whose rounds begin at these slices.
 *
 * @throws ClsaCimError where a list of copies has not one for each slice, or does not fit a round.
 */
export function mapRounds(turns: Turns, starts: readonly number[]): Mapping {
  const { slices, pes, fit, duplication } = turns;
  const layers = starts.flatMap((start, round) => {
    const own = slices.slice(start, starts[round + 1] ?? slices.length);
    const list = typeof duplication === 'object' ? duplication.slice(start, start + own.length) : duplication;
    if (typeof list === 'object') demandCopiesFit(own, list, pes);
    const copies = duplicate(roundFit(turns, own), list);
    return own.map((slice, i) => ({ ...slice, copies: copies[i]! }));
  });
  const rounds = starts.length > 1 ? { rounds: starts } : {};
  return { layers, minimumPes: fit.needed[0]!, totalPes: pes, usedPes: mostPes(layers, starts), ...rounds };
}

function demandCopiesFit(round: readonly UncopiedLayer[], copies: readonly number[], pes: number): void {
  const taken = round.reduce((sum, { pesPerCopy }, i) => sum + pesPerCopy * copies[i]!, 0);
  // What is no number of copies is told by who looks at each.
  if (!(taken > pes)) return;
  throw new ClsaCimError(
    `the list of copies: the round that begins with ${oneLine(round[0]!.name)} takes ${taken} PEs and there are ${pes}; ` +
      'give fewer copies or other rounds',
    'usage',
  );
}

/** PEs of the round that takes most. */
function mostPes(layers: Mapping['layers'], starts: readonly number[]): number {
  const pes = starts.map((start, round) =>
    layers
      .slice(start, starts[round + 1] ?? layers.length)
      .reduce((sum, { pesPerCopy, copies }) => sum + pesPerCopy * copies, 0),
  );
  return pes.reduce((most, some) => Math.max(most, some), 0);
}

/** @throws ClsaCimError of kind `usage` where a list has not the copies of every slice. */
export function checkList({ slices, duplication }: Turns): void {
  if (typeof duplication === 'object') checkCount(duplication, slices, 'the list of copies');
}
