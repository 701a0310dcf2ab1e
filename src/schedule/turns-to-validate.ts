import type { Writing } from '../architecture/writing.ts';
import { isBase, type Network } from '../network/network.ts';
import type { ScheduledLayer } from './validate.ts';

/** A base layer that is its own only slice, or a slice of one, as far as a validation needs it. */
export interface LayerInTurns extends ScheduledLayer {
  /** Unique among slices. */
  readonly name: string;
  /** Which of how many slices of its layer it is, counted from 0; absent where there is one only. */
  readonly slice?: { readonly index: number; readonly of: number } | undefined;
  /** PEs of one copy. */
  readonly pesPerCopy: number;
  /** Start of set `s` of inference `i`, at `i·n + s` for `n` sets. */
  start(k: number): number;
  /** Finish of the same set. */
  finish(k: number): number;
  /** Per group, the cycles in which the copies that run a set are written; asked across layers where rounds are several. */
  readonly ready?: readonly ArrayLike<number>[] | undefined;
}

/** A schedule in turns, or of a batch, with all that it claims (spec.md section 9). */
export interface TurnsToValidate {
  /** Slices in order; a base layer that is not sliced is one. */
  readonly layers: readonly LayerInTurns[];
  /** PEs of the chip. */
  readonly totalPes: number;
  /** Index in `layers` of the first of each round; left out, there is one round and nothing is written. */
  readonly rounds?: readonly number[] | undefined;
  /** How weights are written; asked where there are several rounds. */
  readonly writing?: Pick<Writing, 'writeCycles' | 'parallelWrites'> | undefined;
  /** When they are written. */
  readonly reload?: 'rolling' | 'barrier' | undefined;
  /** Inferences of the batch. */
  readonly batch: number;
  /** Inferences of a group; the last group may have fewer. */
  readonly group: number;
  /** Cycles from the start of an MVM to its result, above 1 where MVMs overlap. */
  readonly resultCycles: number;
  /** The makespan. */
  readonly cycles: number;
  /** When each group is finished with all groups before it. */
  readonly groupEndCycles: readonly number[];
}

/** Some inferences that run on the same copies. */
export interface Run {
  /** Index of the group; 0 where everything is one round. */
  readonly group: number;
  /** The first of its inferences. */
  readonly first: number;
  /** How many there are. */
  readonly inferences: number;
}

/** The groups, each with its inferences. */
export function groupsOf({ batch, group }: Pick<TurnsToValidate, 'batch' | 'group'>): Run[] {
  return Array.from({ length: Math.ceil(batch / group) }, (_, index) => {
    const first = index * group;
    return { group: index, first, inferences: Math.min(group, batch - first) };
  });
}

/** The groups; where nothing is written, the whole batch is one run of sets. */
export function runsOf(turns: TurnsToValidate): Run[] {
  return isOneRound(turns) ? [{ group: 0, first: 0, inferences: turns.batch }] : groupsOf(turns);
}

/** True where all copies stay, and nothing is written. */
export function isOneRound({ rounds = [0] }: Pick<TurnsToValidate, 'rounds'>): boolean {
  return rounds.length === 1;
}

/** Number of sets of one inference. */
export function setsOf(network: Network, { layer, setHeight, setWidth }: ScheduledLayer): number {
  const { height, width } = network.layers[layer]!.shape;
  return Math.ceil(height / setHeight) * Math.ceil(width / setWidth);
}

/**
 * Checks that a schedule is one of its network: all base layers with all slices, in order, and figures that are there.
 *
 * @throws Error that names the layer and what is wrong with it.
 */
export function checkShape(network: Network, turns: TurnsToValidate): void {
  checkLayers(network, turns);
  const { layers, rounds = [0], writing, reload, batch, group, totalPes, resultCycles } = turns;
  const starts = [...rounds, layers.length];
  if (starts[0] !== 0 || starts.some((first, i) => i > 0 && !(first > starts[i - 1]!))) {
    throw new Error(`the rounds begin with the layers [${rounds}] of ${layers.length}`);
  }
  if ([batch, group, totalPes, resultCycles].some((value) => !isCount(value)) || group > batch) {
    throw new Error(`${batch} inferences in groups of ${group} on ${totalPes} PEs, λ = ${resultCycles}`);
  }
  checkRounds(turns);
  if (isOneRound(turns)) return;
  const { writeCycles, parallelWrites = totalPes } = writing ?? {};
  if (!isCount(writeCycles) || !isCount(parallelWrites) || reload === undefined) {
    throw new Error(`rounds without a way to write: ${writeCycles} cycles, ${parallelWrites} PEs at a time`);
  }
}

/** The copies of a round are on the chip together. */
function checkRounds({ layers, rounds = [0], totalPes }: TurnsToValidate): void {
  rounds.forEach((first, round) => {
    const held = layers
      .slice(first, rounds[round + 1])
      .reduce((pes, { pesPerCopy, copies }) => pes + pesPerCopy * copies, 0);
    if (held > totalPes) throw new Error(`round ${round} holds ${held} PEs and there are ${totalPes}`);
  });
}

function isCount(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && value! >= 1;
}

function checkLayers(network: Network, { layers, totalPes }: TurnsToValidate): void {
  const expected = network.layers.flatMap((layer, index) => (isBase(layer) ? [index] : []));
  let next = 0;
  for (const base of expected) {
    const of = layers[next]?.slice?.of ?? 1;
    for (let index = 0; index < of; index++, next++) {
      const found = layers[next];
      const slice = found?.slice ?? { index: 0, of: 1 };
      if (found?.layer !== base || slice.index !== index || slice.of !== of) {
        const { name } = network.layers[base]!;
        throw new Error(
          `layer ${name}: slice ${index + 1} of ${of} is expected, and ${found?.name} is there`,
        );
      }
      checkSlice(found, index === of - 1, totalPes);
    }
  }
  if (next !== layers.length)
    throw new Error(`layer ${layers[next]!.name}: is no base layer, or is there twice`);
}

function checkSlice(found: LayerInTurns, isLast: boolean, totalPes: number): void {
  const { name, setHeight, setWidth, copies, pesPerCopy } = found;
  if ([setHeight, setWidth, copies, pesPerCopy].some((value) => !isCount(value))) {
    throw new Error(
      `layer ${name}: sets of ${setHeight} x ${setWidth} on ${copies} copies of ${pesPerCopy} PEs`,
    );
  }
  // The last one fits where its round does.
  if (!isLast && pesPerCopy !== totalPes) {
    throw new Error(`layer ${name}: takes ${pesPerCopy} PEs and there are ${totalPes}`);
  }
}
