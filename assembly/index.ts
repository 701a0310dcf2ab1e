/** The engine: what the host calls. See layout.ts of the schedule and of the simulation for what it hands over and reads. */

import { allocate, get, getAddress, mark, release } from './kernel/memory';
import { analyseLayers } from './schedule/analyse';
import { Layer } from './schedule/layout';
import { openProblem } from './schedule/problem';
import { scheduleLayers } from './schedule/schedule';
import { setCount, writeTimes } from './schedule/times';
import { openTimes, undoTimes, updateTimes } from './schedule/updates';
import { explainDeadlock, isStuck } from './simulation/deadlock';
import { forgetReaders } from './simulation/kept-readers';
import { begin, play, prepare, reservePrepared } from './simulation/run';

export { multiplyDigits } from './execute/digits';
export { applyBinary, applyUnary, multiplyAdd } from './execute/elements';
export {
  multiply,
  multiplyChannels,
  multiplyChannelsExactly,
  multiplyExactly,
} from './execute/multiply';
export { multiplyNoisy, programBlock } from './execute/noise';
export { poolChannels } from './execute/pool';
export { multiplyActivations } from './execute/products';
export { normaliseRow, softmaxRow } from './execute/rows';
export { isExhausted, usedBytes } from './kernel/memory';
export { hasTooManySources } from './schedule/analyse';
export { openTurns, scheduleGroup } from './schedule/groups';
export { forgetSlice, roundCycles } from './schedule/rounds';
export { setCopies, setTail } from './schedule/updates';
export { restartWriter, writerState, writingCycles } from './schedule/writer';
export { growInput } from './simulation/grow';
export { explainDeadlock, isStuck };

const origin = mark();
let problemEnd = origin;
let analysisEnd = origin;
let preparedEnd = origin;

/** Drops whatever there is and returns the address of room for a problem of `words` words. */
export function reserve(words: i32): usize {
  release(origin);
  const address = allocate((<u64>words) << 2);
  problemEnd = mark();
  preparedEnd = problemEnd;
  forgetReaders();
  return address;
}

/** Stages I and II of the problem at `words`, the address that {@link reserve} returned; false if it is none. */
export function analyse(words: usize): bool {
  release(problemEnd);
  if (!openProblem(words)) return false;
  analyseLayers();
  analysisEnd = mark();
  return true;
}

/** Stages III and IV with the copies in the layers' records; `wide`: with times of 64 bits. Returns the last finish of all. */
export function schedule(wide: bool): f64 {
  release(analysisEnd);
  return scheduleLayers(wide);
}

/**
 * Address of the times of all sets of a stored layer, of which `layer` is the record, one behind the other; until anything else
 * is called.
 */
export function timesOf(layer: usize): usize {
  if (!get(layer, Layer.HAS_TEMPLATES) && get(layer, Layer.LATER) === 0)
    return getAddress(layer, Layer.TIMES);
  const free = mark();
  const times = allocate((<u64>setCount(layer)) << 2);
  writeTimes(layer, times);
  release(free);
  return times;
}

/** As {@link schedule}, and makes ready for {@link update}; no layer may get more copies than it has now. */
export function openUpdates(wide: bool): void {
  release(analysisEnd);
  openTimes(wide);
}

/**
 * Stages III and IV again of the layers whose copies were set since, and of those behind them. Returns the last
 * finish of all, or infinity as soon as it is known to be after `limit`; that has to be undone.
 */
export function update(wide: bool, limit: f64): f64 {
  return updateTimes(wide, limit);
}

/** Goes back to before the last {@link update}, once. */
export function undo(wide: bool): void {
  undoTimes(wide);
}

/** Room for `words` words that say how groups run (see layout.ts), behind the analysis of the problem. */
export function reserveTurns(words: i32): usize {
  release(analysisEnd);
  return allocate((<u64>words) << 2);
}

/** Finds what the simulation at `words` needs before it is played, once; false if it is none. */
export function prepareSimulation(words: usize): bool {
  release(problemEnd);
  if (!reservePrepared(words)) return false;
  preparedEnd = mark();
  return prepare(words);
}

/** Begins the simulation at `words`, the address that {@link reserve} returned; false if it is none. */
export function beginSimulation(words: usize): bool {
  release(preparedEnd);
  return begin(words);
}

/**
 * Plays the simulation that was begun for at most so many rounds, so that the host can say how far it is; false where
 * it is over. Nothing is skipped beyond the cycle `limit`.
 */
export function playSimulation(rounds: i32, limit: f64): bool {
  return play(rounds, limit);
}
