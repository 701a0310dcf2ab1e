import { cyclesOf } from '../../architecture/mvm-time.ts';
import { ClsaCimError } from '../../errors.ts';

/** Clock cycles of one thing: few enough that those of many are exact numbers. */
const MAX_CYCLES = 2 ** 43;

/**
 * Clock cycles that a time takes, 1 or more.
 *
 * @param field Of the architecture, with what it is the time of, for messages.
 * @throws ClsaCimError where they are too many.
 */
export function clockCyclesOf(field: string, timeNs: number, clockNs: number): number {
  const cycles = cyclesOf(timeNs, clockNs);
  if (cycles <= MAX_CYCLES) return cycles;
  throw new ClsaCimError(
    `${field} takes ${cycles} clock cycles of ${clockNs} ns, more than ${MAX_CYCLES}; give a shorter time or a longer clock`,
    'input',
    { code: 'TOO_LARGE' },
  );
}
