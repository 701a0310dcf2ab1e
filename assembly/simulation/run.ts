/**
 * The cycle simulation. Time goes from event to event; at a cycle, rounds of four phases are played until
 * nothing is left to happen: completions, injections, starts, and tasks of the GPEUs and the off-chip port.
 */
import { completeEvents } from './completions';
import { advance, now, resetEvents } from './events';
import { SIMULATION_NOW } from './layout';
import { closeLine, resetLine, walkLine } from './line';
import { resetMessages, sendMessages } from './messages';
import { openSimulation, setHeader } from './problem';
import { beginRound, beginTasks, resetQueues } from './queues';
import { setUp } from './setup';
import { resetStarts, startSets } from './starts';

/** Plays the simulation at `address` from cycle 0 to its end, or to its deadlock; false if there is none. */
export function play(address: usize): bool {
  if (!openSimulation(address)) return false;
  resetQueues(setUp());
  resetEvents();
  resetLine();
  resetMessages();
  resetStarts();
  do {
    beginRound();
    completeEvents();
    walkLine();
    sendMessages();
    startSets();
    beginTasks();
  } while (advance());
  closeLine();
  setHeader(SIMULATION_NOW, now());
  return true;
}
