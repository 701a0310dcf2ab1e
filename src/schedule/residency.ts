import type { LayerInTurns } from './turns-to-validate.ts';

/** A copy on the chip for one group: all that a writer knows of it. */
export interface Residency {
  readonly layer: Pick<LayerInTurns, 'name' | 'ready'>;
  /** Index of that layer in the schedule. */
  readonly index: number;
  readonly group: number;
  readonly round: number;
  readonly copy: number;
  /** Cycle in which its last set is finished, and its PEs are free. */
  readonly end: number;
  /** Cycles in which its PEs begin to be written; 0 for those that are written before the start. */
  readonly starts: Float64Array;
  /** Cycle in which its last PE is written. */
  ready: number;
}

/**
 * Gives every copy PEs of the chip that nothing else is on, in the order of writing.
 *
 * @throws Error that names a copy for which there are none, and those that are on them.
 */
export function givePes(residencies: readonly Residency[], totalPes: number): void {
  /** Per PE of the chip that was ever taken: who is on it. */
  const holders: Residency[] = [];
  const free: number[] = [];
  const leaving = residencies.toSorted((a, b) => a.end - b.end);
  const taken = new Map<Residency, number[]>();
  let left = 0;
  for (const residency of residencies) {
    const own: number[] = [];
    taken.set(residency, own);
    for (const start of residency.starts) {
      // The copy that is given PEs is among those that leave, and has not got all of them: the list does not end before.
      for (; leaving[left]!.end <= start; left++) {
        const pes = taken.get(leaving[left]!) ?? [];
        if (pes.length < leaving[left]!.starts.length) {
          throw new Error(`${nameOf(leaving[left]!)}: has finished its last set before it has PEs`);
        }
        for (const pe of pes) free.push(pe);
      }
      const pe = free.pop() ?? holders.length;
      if (pe === totalPes) throw new Error(`${nameOf(residency)}: ${crowd(holders, start, totalPes)}`);
      const holder = holders[pe];
      if (holder !== undefined && holder.end > start) {
        throw new Error(`${nameOf(residency)}: is on PE ${pe} with ${nameOf(holder)} at cycle ${start}`);
      }
      holders[pe] = residency;
      own.push(pe);
    }
  }
}

function nameOf({ layer, group, copy }: Residency): string {
  return `layer ${layer.name}, group ${group}, copy ${copy}`;
}

/** Why no PE is left: who is on them, each until later than `cycle`. */
function crowd(holders: readonly Residency[], cycle: number, totalPes: number): string {
  const names = [...new Set(holders.map(nameOf))];
  const some = names.slice(0, 3).join('; ');
  const more = names.length > 3 ? `; and ${names.length - 3} more` : '';
  return `none of the ${totalPes} PEs is free for it at cycle ${cycle}: ${some}${more}`;
}
