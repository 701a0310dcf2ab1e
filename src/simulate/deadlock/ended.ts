import type { Played } from '../play/simulator.ts';
import { deadlockError, isDeadlocked, tooLargeError } from './error.ts';

/**
 * A run that came to its end.
 *
 * @throws ClsaCimError where it did not: who waits for whom, and what would do.
 */
export function ended(played: Played): Played {
  const { graph, run, tooLarge } = played;
  if (isDeadlocked(run))
    throw tooLarge === undefined ? deadlockError(graph, run) : tooLargeError(graph, run, tooLarge);
  return played;
}
