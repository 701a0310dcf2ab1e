/**
 * When PEs are written where weights take turns (spec.md section 9), copy after copy in the order of writing.
 *
 * `rolling`: with n = 0, 1, … for all PEs in that order,
 *
 *     write start(n) = max(free(n), write start(n - 1), written(n - W))
 *     written(n)     = write start(n) + writeCycles
 *
 * where free(n) is the n-th smallest of P zeros and the times at which copies free their PEs. None of a copy behind PE n
 * is among the n smallest, since it is written no earlier; so a heap of those before it tells. PEs that become free
 * together, and are written together, are one run.
 */

import { dequeueRun, enqueueRun, firstCount, firstTime, newRuns, popRun, pushRun } from '../kernel/runs';
import { WritingMode } from './layout';

let mode: i32 = WritingMode.NONE;
let parallel: i64 = 0;
let writeCycles: i64 = 0;
/** PEs that nobody has had yet. */
let untouched: i64 = 0;
/** PEs by when they are free, and those that are being written by when they are written. */
let free: usize = 0;
let window: usize = 0;
let lastStart: i64 = 0;
let lastWritten: i64 = 0;
let busyCycles: i64 = 0;
/** `barrier`: when writing of the round begins, PEs of the round so far, and whether it has to be written. */
let roundStart: i64 = 0;
let roundPes: i64 = 0;
let isRoundWritten: bool = false;

/** Begins with a chip of `pes` PEs of which nothing is written; `W` of them are written at a time. */
export function openWriter(writingMode: i32, pes: i64, W: i64, cycles: i64): void {
  mode = writingMode;
  parallel = W;
  writeCycles = cycles;
  untouched = pes;
  lastStart = 0;
  lastWritten = 0;
  busyCycles = 0;
  if (mode !== WritingMode.ROLLING) return;
  free = newRuns();
  window = newRuns();
  enqueueRun(window, 0, W);
}

/** `barrier`: a round begins at `time`, before which its weights were written or not. */
export function beginRound(time: i64, isWritten: bool): void {
  roundStart = time;
  roundPes = 0;
  isRoundWritten = isWritten;
}

/** Writes the `pes` PEs of a copy; returns when the last of them is written. */
export function writeCopy(pes: i64): i64 {
  if (mode === WritingMode.ROLLING) return writeRolling(pes);
  if (mode === WritingMode.NONE || !isRoundWritten) return 0;
  const before = roundPes;
  roundPes += pes;
  const written = roundStart + ((roundPes - 1) / parallel + 1) * writeCycles;
  countBusy(roundStart + (before / parallel) * writeCycles, written);
  return written;
}

function writeRolling(pes: i64): i64 {
  const fresh = min(pes, untouched);
  untouched -= fresh;
  pes -= fresh;
  while (pes > 0) {
    const count = min(pes, min(firstCount(free), firstCount(window)));
    lastStart = max(lastStart, max(firstTime(free), firstTime(window)));
    popRun(free, count);
    dequeueRun(window, count);
    const written = lastStart + writeCycles;
    enqueueRun(window, written, count);
    countBusy(lastStart, written);
    pes -= count;
    if (pes === 0) return written;
  }
  return 0;
}

/** Counts the cycles in which something is written; starts never decrease. */
function countBusy(start: i64, written: i64): void {
  busyCycles += max(0, written - max(start, lastWritten));
  lastWritten = max(lastWritten, written);
}

/** True where it makes a difference when a copy is done: for whoever is written next. */
export function takesFreed(): bool {
  return mode === WritingMode.ROLLING;
}

/** A copy of `pes` PEs is done at `time`. */
export function freeCopy(time: i64, pes: i64): void {
  pushRun(free, time, pes);
}

/** Cycles so far in which at least one PE was written. */
export function writingCycles(): f64 {
  return <f64>busyCycles;
}
