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

import { allocate } from '../kernel/memory';
import {
  clearRuns,
  countAt,
  dequeueRun,
  enqueueRun,
  firstCount,
  firstTime,
  newRuns,
  popRun,
  pushRun,
  runCount,
  timeAt,
} from '../kernel/runs';
import { WriterState, WritingMode } from './layout';

let mode: i32 = WritingMode.NONE;
let total: i64 = 0;
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
/** Room for {@link writerState}. */
let state: usize = 0;
let stateRuns = 0;
/** `barrier`: when writing of the round begins, PEs of the round so far, and whether it has to be written. */
let roundStart: i64 = 0;
let roundPes: i64 = 0;
let isRoundWritten: bool = false;

/** Begins with a chip of `pes` PEs of which nothing is written; `W` of them are written at a time. */
export function openWriter(writingMode: i32, pes: i64, W: i64, cycles: i64): void {
  mode = writingMode;
  total = pes;
  parallel = W;
  writeCycles = cycles;
  stateRuns = 0;
  if (mode === WritingMode.ROLLING) {
    free = newRuns();
    window = newRuns();
  }
  restartWriter();
}

/** Begins again with a chip of which nothing is written. */
export function restartWriter(): void {
  untouched = total;
  lastStart = 0;
  lastWritten = 0;
  busyCycles = 0;
  if (mode !== WritingMode.ROLLING) return;
  clearRuns(free);
  clearRuns(window);
  enqueueRun(window, 0, parallel);
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

/** Address of what the next group depends on (layout.ts), until it is asked for again; of `rolling` only. */
export function writerState(): usize {
  const runs = runCount(free) + runCount(window);
  if (runs > stateRuns) {
    stateRuns = 2 * runs;
    state = allocate((<u64>(WriterState.RUNS + 2 * stateRuns)) << 3);
  }
  store<i64>(state, untouched, WriterState.UNTOUCHED << 3);
  store<i64>(state, lastStart, WriterState.LAST_START << 3);
  store<i64>(state, runCount(free), WriterState.FREE_RUNS << 3);
  store<i64>(state, runCount(window), WriterState.WINDOW_RUNS << 3);
  copyRuns(window, copyRuns(free, state + (WriterState.RUNS << 3)));
  return state;
}

/** Copies runs to an address; returns the one behind them. */
function copyRuns(runs: usize, to: usize): usize {
  for (let i = 0; i < runCount(runs); i++) {
    store<i64>(to, timeAt(runs, i));
    store<i64>(to, countAt(runs, i), 8);
    to += 16;
  }
  return to;
}
