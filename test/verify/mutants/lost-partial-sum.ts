import type { DetailedSchedule } from '../../../src/schedule/schedule-result.ts';
import { type AnyResult, type Mutant, withSets } from './mutant.ts';
import type { AnySets } from './run-case.ts';

/** A layer has a PE less than its weights take, so that part of every sum is missing. */
export const lostPartialSum: Mutant = {
  name: 'a lost partial sum',
  plant: ({ result }) => {
    const index = result.sets!.findLastIndex((_, i) => pesOf(result, i) > 1);
    if (index < 0) return undefined;
    const own = result.sets![index]!;
    if ('pes' in own) return { result: withSets(result, index, { pes: own.pes - 1 } as Partial<AnySets>) };
    const layers = (result as DetailedSchedule).layers.map((layer, i) =>
      i === index ? { ...layer, pes: layer.pes - 1 } : layer,
    );
    return { result: { ...result, layers } };
  },
  validation: /layer \S+: \d+ PEs hold its weights, which take \d+/,
  verification: /layer \S+: \d+ PEs hold its weights, which take \d+/,
};

function pesOf(result: AnyResult, index: number): number {
  const own = result.sets![index]!;
  return 'pes' in own ? own.pes : (result as DetailedSchedule).layers[index]!.pes;
}
