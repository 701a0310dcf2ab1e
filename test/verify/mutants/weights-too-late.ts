import type { Architecture } from '../../../src/architecture/architecture.ts';
import { type Mutant, withSets } from './mutant.ts';
import type { AnySets } from './run-case.ts';

const NOT_WRITTEN = /copy \d+ is written only at cycle \d+/;
const NOT_RESIDENT = /set \d+ of inference \d+ .*: copy \d+ of group \d+ is written only at cycle \d+/;

/** A slice is written a cycle after it is used. */
export const sliceTooLate: Mutant = {
  name: 'a slice that is written too late',
  on: ['rounds'],
  plant: ({ result }) => {
    for (const [index, own] of result.sets!.entries()) {
      if (own.slice === undefined) continue;
      const planted = 'writes' in own ? laterWrite(own) : laterReady(own, 1);
      if (planted !== undefined) return { result: withSets(result, index, planted) };
    }
    return undefined;
  },
  validation: NOT_WRITTEN,
  verification: NOT_RESIDENT,
};

/** Everything runs as if writing a PE took less time than it does: two cycles of a schedule instead of one. */
export const writtenTooFast: Mutant = {
  name: 'writing that takes too little time',
  on: ['rounds'],
  plant: ({ architecture, result }) => ({
    result,
    architecture: { ...architecture, peWriteNs: 2800 } as Architecture,
  }),
  validation: /is said to be written at cycle|a write takes \d+ cycles/,
  verification:
    /set \d+ of inference \d+ .*: copy \d+ of group \d+ is written only at|which takes \d+ cycles/,
};

/** A layer runs with the weights that are written for the next group. */
export const weightsOfAnotherRound: Mutant = {
  name: 'weights of another round',
  on: ['rounds'],
  plant: ({ result }) => {
    const index = result.sets!.findLastIndex((own) => !('kind' in own) || own.kind === 'base');
    const own = result.sets![index]!;
    if ('writes' in own) {
      const next = own.writes.filter(({ group }) => group === 1).map((write) => ({ ...write, group: 0 }));
      const writes = [...next, ...own.writes.filter(({ group }) => group > 0)];
      return { result: withSets(result, index, { writes } as Partial<AnySets>) };
    }
    const [, second, ...others] = own.ready!;
    return { result: withSets(result, index, { ready: [second!, second!, ...others] } as Partial<AnySets>) };
  },
  validation: NOT_WRITTEN,
  // In simulated runs they are written together with others.
  verification: new RegExp(`${NOT_RESIDENT.source}|PEs are written at cycle \\d+, and \\d+ can be`),
};

/** The readiness of a copy that was waited for, later. */
function laterReady(
  own: Extract<AnySets, { readonly group: number }>,
  cycles: number,
): Partial<AnySets> | undefined {
  const perGroup = (own.count / own.inferences) * own.group;
  for (let k = 0; k < own.count; k++) {
    const group = Math.floor(k / perGroup);
    const copy = own.copy(k)!;
    if (own.start(k) !== own.ready![group]![copy]) continue;
    const ready = own.ready!.map((of, g) =>
      Float64Array.from(of, (cycle, c) => cycle + (g === group && c === copy ? cycles : 0)),
    );
    return { ready } as Partial<AnySets>;
  }
  return undefined;
}

/** The last write of a copy, so late that its first set does not wait for it. */
function laterWrite(own: Extract<AnySets, { readonly writes: unknown }>): Partial<AnySets> | undefined {
  const last = own.writes.findLast(({ endCycle }) => endCycle > 0);
  if (last === undefined) return undefined;
  const perGroup = (own.count / own.inferences) * (own.inferences / 3);
  const start = own.start(last.group * perGroup + last.copy);
  const late = { ...last, writeCycle: last.writeCycle + start + 1 - last.endCycle, endCycle: start + 1 };
  return { writes: own.writes.map((write) => (write === last ? late : write)) } as Partial<AnySets>;
}
