import { rectangle } from '../../../src/schedule/sets.ts';
import { type Mutant, withSets } from './mutant.ts';
import type { AnySets } from './run-case.ts';

/** Two sets of a layer that run at a time are each on the copy of the other, where another set follows too soon. */
export const swappedCopies: Mutant = {
  name: 'swapped copies',
  on: ['paper', 'isaac', 'puma'],
  plant: ({ result }) => {
    for (const [index, own] of result.sets!.entries()) {
      if ('kind' in own && own.kind !== 'base') continue;
      const k = overlapping(own);
      if (k === undefined) continue;
      const swapped = (other: number) => own.copy(other === k ? k + 1 : other === k + 1 ? k : other);
      return { result: withSets(result, index, { copy: swapped } as Partial<AnySets>) };
    }
    return undefined;
  },
  validation: /is on copy \d+, and the rules say \d+/,
  verification: /set \d+ of inference \d+ .*: copy \d+ is busy with set \d+ of inference \d+ until cycle \d+/,
};

/** A set whose copy has its next set before the one behind it is done on its own copy. */
function overlapping(own: AnySets): number | undefined {
  const { copies, count } = own;
  for (let k = 0; copies > 1 && k + copies < count; k++) {
    if (own.start(k + copies) < freeAt(own, k + 1)) return k;
  }
  return undefined;
}

/** When a copy is free of a set, which has one row of pixels. */
function freeAt(own: AnySets, k: number): number {
  return 'computeCycles' in own
    ? own.start(k) + own.computeCycles(k)
    : own.start(k) + rectangle(own, k).width;
}
