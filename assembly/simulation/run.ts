/**
 * The cycle simulation. Time goes from event to event; at a cycle, rounds of four phases are played until
 * nothing is left to happen: completions, injections, starts, and tasks of the GPEUs and the off-chip port.
 */
import { resetAwake } from './awake';
import { completeEvents } from './completions';
import { advance, now, resetEvents } from './events';
import { closeQueues, injectResults } from './injection';
import { hasInputWindows, resetInputRooms } from './input-rooms';
import { HeaderWide } from './layout';
import { resetMessages, sendMessages } from './message';
import { resetOutputRooms } from './output-rooms';
import { beginTasks, resetQueues } from './queues';
import { openSimulation, setHeader } from './records';
import { startSets } from './set';
import { setUp } from './setup';
import { findWindows } from './windows';

/** Finds what does not depend on time: windows of buffers. Once, before it is played; false if there is none. */
export function prepare(address: usize): bool {
  if (!openSimulation(address)) return false;
  reset();
  if (hasInputWindows()) findWindows();
  return true;
}

/** Sets the simulation at `address` to cycle 0; false if there is none. */
export function begin(address: usize): bool {
  if (!openSimulation(address)) return false;
  reset();
  return true;
}

/** Plays what was begun, for at most `rounds` rounds of its phases; false where it has come to its end, or to its deadlock. */
export function play(rounds: i32): bool {
  for (let round = 0; round < rounds; round++) {
    completeEvents();
    injectResults();
    sendMessages();
    startSets();
    beginTasks();
    if (!advance()) {
      closeQueues();
      setHeader(HeaderWide.NOW, now());
      return false;
    }
  }
  return true;
}

/** It is cycle 0, and nothing has happened. */
function reset(): void {
  setUp();
  resetEvents();
  resetQueues();
  resetInputRooms();
  resetOutputRooms();
  resetMessages();
  resetAwake();
}
