import { type Mutant, withSets } from './mutant.ts';
import type { AnySets } from './run-case.ts';

/** Weights of the last group are there before cycle 0, on PEs that others are on. */
export const samePeTwice: Mutant = {
  name: 'the same PE twice',
  on: ['rounds'],
  plant: ({ result }) => {
    const index = result.sets!.findLastIndex((own) => !('kind' in own) || own.kind === 'base');
    const own = result.sets![index]!;
    if ('writes' in own) {
      const group = own.writes.at(-1)!.group;
      const writes = own.writes.filter((write) => write.group !== group);
      return { result: withSets(result, index, { writes } as Partial<AnySets>) };
    }
    const ready = own.ready!.map((of, group) =>
      group === own.ready!.length - 1 ? new Float64Array(of.length) : of,
    );
    return { result: withSets(result, index, { ready } as Partial<AnySets>) };
  },
  validation:
    /is said to be written at cycle 0|it could start at cycle|none of the \d+ PEs is free|is on PE \d+ with/,
  verification:
    /copy \d+ of group \d+ of layer \S+, cycle 0: \d+ PEs are taken and there are \d+, by copy \d+/,
};
