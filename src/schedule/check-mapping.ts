import { ClsaCimError } from '../errors.ts';
import type { Mapping } from '../map/mapping.ts';
import type { Workload } from '../workload/workload.ts';
import { demandWriting } from './choose-rounds.ts';

/**
 * Demands of a mapping whose weights take turns, which may have been put together by hand, what writing needs in order to come to
 * an end: rounds that fit the chip, and an architecture that says how long a write takes.
 *
 * @throws ClsaCimError of kind `usage`.
 */
export function checkMapping(workload: Workload, { layers, rounds, totalPes }: Mapping): void {
  if (rounds === undefined) return;
  demandWriting(workload);
  const ends = rounds.map((_, round) => rounds[round + 1] ?? layers.length);
  if (rounds[0] !== 0 || !rounds.every((start, round) => Number.isInteger(start) && start < ends[round]!)) {
    throw new ClsaCimError(
      `mapping: rounds must be whole numbers that begin with 0 and grow, below ${layers.length}; give what ` +
        'Scheduler.map returns',
      'usage',
    );
  }
  rounds.forEach((start, round) => {
    const own = layers.slice(start, ends[round]);
    const pes = own.reduce((sum, { pesPerCopy, copies }) => sum + pesPerCopy * copies, 0);
    if (pes <= totalPes) return;
    throw new ClsaCimError(
      `mapping: round ${round} takes ${pes} PEs and there are ${totalPes}; give fewer copies or more rounds`,
      'usage',
    );
  });
}
