/**
 * The cycle simulation, by section 10 of docs/simulation.md. Time goes from event to event; at a cycle, rounds of four
 * phases are played until nothing is left to happen.
 */
import { resetBins } from '../kernel/bins';
import { advance, now, resetCalendar } from '../kernel/calendar';
import { resetEvents } from '../kernel/event';
import { resetAwake } from './awake';
import { completeEvents } from './completions';
import { resetGrants } from './grants';
import { closeQueues, injectResults } from './injections';
import { hasInputWindows, isInputEnlarged, resetInputBuffers } from './input-buffer';
import { reserveReaders } from './kept-readers';
import { Header, HeaderWide, Tile } from './layout';
import { resetMessages, sendMessages } from './message';
import { resetOutputBuffers } from './output-buffer';
import { resetPools } from './pools';
import { resetReadPorts } from './read-port';
import { findAllReaders } from './readers';
import { header, openSimulation, setHeader } from './records';
import { isLookDue, lookForRepeat, resetRepeats } from './repeats';
import { setUpRecords } from './setup';
import { resetSharedBuffer, sharedBuffer } from './shared-buffer';
import { resetSpills } from './spills';
import { startSets } from './starts';
import { resetTasks } from './task-queues';
import { beginTasks } from './tasks';
import { tileAt } from './tile';
import { closeUse, noteHeld } from './use';
import { findWindows } from './windows';
import { startWrites } from './writes';

/** Rounds that were played by calls before. */
let playedRounds: i64 = 0;

/**
 * Plays what was begun, for at most `rounds` rounds; false where it has come to its end, or to its deadlock. Rounds that are skipped since
 * they repeat are as many as they would be: it returns where as many as a multiple of `rounds` are over.
 *
 * @param limit Nothing is skipped beyond this cycle.
 */
export function play(rounds: i32, limit: f64): bool {
  for (let round = 0; round < rounds; round++) {
    // 1. All that is over now.
    completeEvents();
    // 2. Results are injected where there is room, and messages take their links.
    injectResults();
    sendMessages();
    // 3. Sets start.
    startSets();
    // 4. Writes start; GPEUs and the off-chip port take the next tasks.
    startWrites();
    beginTasks();
    const cycle = now();
    if (!advance()) {
      close();
      return false;
    }
    if (isLookDue() && now() > cycle) {
      round = <i32>((round + lookForRepeat(playedRounds + round, limit)) % rounds);
    }
  }
  playedRounds += rounds;
  setHeader(HeaderWide.NOW, now());
  return true;
}

/** Nothing is left to happen. Where buffers grow nobody asks for what is counted, and it would be counted again whenever they do. */
function close(): void {
  if (isInputEnlarged()) return;
  closeQueues();
  setHeader(HeaderWide.NOW, now());
  for (let i = 0; i < header(Header.TILES); i++) {
    noteHeld(tileAt(i) + (Tile.INPUT << 2));
    noteHeld(tileAt(i) + (Tile.OUTPUT << 2));
  }
  noteHeld(sharedBuffer());
  closeUse();
}

/** Room for what {@link prepare} finds of the simulation at `address`, and is to stay; false if there is none. */
export function reservePrepared(address: usize): bool {
  if (!openSimulation(address)) return false;
  reserveReaders();
  return true;
}

/** Finds what does not depend on time: who reads what, and windows of buffers. Once, before it is played; false if there is none. */
export function prepare(address: usize): bool {
  if (!begin(address)) return false;
  resetBins(0);
  findAllReaders();
  if (hasInputWindows()) findWindows();
  return true;
}

/** Sets the simulation at `address` to cycle 0, where nothing has happened; false if there is none. */
export function begin(address: usize): bool {
  if (!openSimulation(address)) return false;
  setUpRecords();
  resetBins(header(Header.USE_BINS));
  resetEvents();
  resetCalendar();
  resetSpills();
  resetSharedBuffer();
  resetInputBuffers();
  resetPools();
  resetGrants();
  resetOutputBuffers();
  resetReadPorts();
  resetTasks();
  resetMessages();
  resetAwake();
  resetRepeats();
  playedRounds = 0;
  return true;
}
