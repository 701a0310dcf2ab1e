import type { Network } from '../network/network.ts';
import { givePes, type Residency } from './residency.ts';
import { groupsOf, isOneRound, setsOf, type TurnsToValidate } from './turns-to-validate.ts';

/**
 * Checks that copies are written when spec.md section 9 says, and that they have PEs: all of a schedule that concerns PEs.
 * Takes the times of sets as they are.
 *
 * @throws Error that names the layer, the copy and what is violated.
 */
export function validateWriting(network: Network, turns: TurnsToValidate): void {
  if (isOneRound(turns)) return;
  const residencies = writtenCopies(network, turns);
  for (const residency of residencies) checkReady(residency);
  givePes(residencies, turns.totalPes);
}

/** The copies that run a set, in the order of writing, with when their PEs are written by the rules; of several rounds. */
export function writtenCopies(network: Network, turns: TurnsToValidate): readonly Residency[] {
  const residencies = residenciesOf(network, turns);
  if (turns.reload === 'barrier') writeByBarrier(turns, residencies);
  else writeRolling(turns, residencies);
  return residencies;
}

/** The copies that run a set, in the order of writing: group, round, layer, copy. */
function residenciesOf(network: Network, turns: TurnsToValidate): Residency[] {
  const { layers } = turns;
  const rounds = turns.rounds!;
  return groupsOf(turns).flatMap(({ group, first, inferences }) =>
    layers.flatMap((layer, index) => {
      const count = setsOf(network, layer);
      const used = Math.min(layer.copies, inferences * count);
      const written = layer.ready![group]!.length;
      if (written !== used) {
        throw new Error(
          `layer ${layer.name}, group ${group}: ${written} copies are written and ${used} run a set`,
        );
      }
      const round = rounds.filter((begin) => begin <= index).length - 1;
      return Array.from({ length: used }, (_, copy): Residency => {
        let end = 0;
        for (let k = copy; k < inferences * count; k += layer.copies) {
          end = Math.max(end, layer.finish(first * count + k));
        }
        const starts = new Float64Array(layer.pesPerCopy);
        return { ...{ layer, index, group, round, copy, end, starts }, ready: 0 };
      });
    }),
  );
}

/** The PEs of a round are written one after the other from the end of the round before it. */
function writeByBarrier(turns: TurnsToValidate, residencies: readonly Residency[]): void {
  const { writeCycles, parallelWrites = turns.totalPes } = turns.writing!;
  let begin = 0; // T of the round
  let end = 0; // of the round so far
  let m = 0;
  residencies.forEach((residency, i) => {
    const before = residencies[i - 1];
    // The next group begins another round, too, since there are several.
    if (before !== undefined && before.round !== residency.round) {
      begin = end;
      m = 0;
    }
    const isThere = residency.group === 0 && residency.round === 0;
    for (let pe = 0; pe < residency.starts.length && !isThere; pe++, m++) {
      const start = begin + Math.floor(m / parallelWrites) * writeCycles;
      residency.starts[pe] = start;
      residency.ready = start + writeCycles;
    }
    end = Math.max(end, residency.end);
  });
}

/** Each PE is written as soon as one of the chip is free: by the definition, of all that are ever freed. */
function writeRolling(turns: TurnsToValidate, residencies: readonly Residency[]): void {
  const { totalPes } = turns;
  const { writeCycles, parallelWrites = totalPes } = turns.writing!;
  const freed = residencies.toSorted((a, b) => a.end - b.end);
  let next = 0; // which of them frees the PE that is taken next
  let left = freed[0]!.starts.length; // PEs of that which are not taken
  const written: number[] = []; // by number, of the last W
  let n = 0;
  let previousStart = 0;
  for (const residency of residencies) {
    for (let pe = 0; pe < residency.starts.length; pe++, n++) {
      if (n < totalPes) continue;
      if (left === 0) left = freed[++next]!.starts.length;
      left--;
      const writerFree = written[n % parallelWrites] ?? 0;
      const start = Math.max(freed[next]!.end, previousStart, writerFree);
      residency.starts[pe] = start;
      residency.ready = start + writeCycles;
      written[n % parallelWrites] = residency.ready;
      previousStart = start;
    }
  }
}

/** Checks when a copy is said to be ready. */
function checkReady({ layer, group, copy, ready, starts }: Residency): void {
  const claimed = layer.ready![group]![copy];
  if (claimed === ready) return;
  throw new Error(
    `layer ${layer.name}, group ${group}, copy ${copy}: is said to be written at cycle ${claimed}, but its last PE ` +
      `can be written from cycle ${starts.at(-1)} to ${ready}`,
  );
}
