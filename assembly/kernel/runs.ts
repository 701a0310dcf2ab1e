/**
 * Times, each with how often it is there, in 64 bits: as a heap, of which the earliest comes out first, or as a queue.
 * Both grow where they are full; what they leave behind is dropped with all that was allocated.
 */

import { allocate, get, getAddress, set } from './memory';

/** A heap or a queue of runs. */
export enum Runs {
  /** Address of the runs, and how many there is room for: a power of two. */
  ENTRIES = 0,
  CAPACITY = 1,
  /** Index of the first one; 0 in a heap. */
  FIRST = 2,
  COUNT = 3,
  WORDS = 4,
}

const FIRST_CAPACITY = 64;
const RUN_BITS = 4;

/** Address of runs, of which there are none yet. */
export function newRuns(): usize {
  const runs = allocate(Runs.WORDS << 2);
  set(runs, Runs.ENTRIES, <i32>allocate(FIRST_CAPACITY << RUN_BITS));
  set(runs, Runs.CAPACITY, FIRST_CAPACITY);
  set(runs, Runs.FIRST, 0);
  set(runs, Runs.COUNT, 0);
  return runs;
}

/** Takes out all runs; the room stays. */
export function clearRuns(runs: usize): void {
  set(runs, Runs.FIRST, 0);
  set(runs, Runs.COUNT, 0);
}

/** How many runs there are; those of a heap are in no order but that of {@link popRun}. */
export function runCount(runs: usize): i32 {
  return get(runs, Runs.COUNT);
}

/** Time of the `i`-th run. */
export function timeAt(runs: usize, i: i32): i64 {
  return load<i64>(runAt(runs, i));
}

/** How often the `i`-th is there. */
export function countAt(runs: usize, i: i32): i64 {
  return load<i64>(runAt(runs, i), 8);
}

/** True where there are none. */
export function isEmptyRuns(runs: usize): bool {
  return get(runs, Runs.COUNT) === 0;
}

/** Address of the run that is `i`-th behind the first. */
function runAt(runs: usize, i: i32): usize {
  const at = (get(runs, Runs.FIRST) + i) & (get(runs, Runs.CAPACITY) - 1);
  return getAddress(runs, Runs.ENTRIES) + ((<usize>at) << RUN_BITS);
}

/** Time of the first run; there is one. */
export function firstTime(runs: usize): i64 {
  return load<i64>(runAt(runs, 0));
}

/** How often it is there. */
export function firstCount(runs: usize): i64 {
  return load<i64>(runAt(runs, 0), 8);
}

function setCount(run: usize, count: i64): void {
  store<i64>(run, count, 8);
}

/** Makes room for one more. */
function grow(runs: usize): void {
  const count = get(runs, Runs.COUNT);
  if (count < get(runs, Runs.CAPACITY)) return;
  const entries = allocate((<u64>count) << (RUN_BITS + 1));
  for (let i = 0; i < count; i++) {
    memory.copy(entries + ((<usize>i) << RUN_BITS), runAt(runs, i), 1 << RUN_BITS);
  }
  set(runs, Runs.ENTRIES, <i32>entries);
  set(runs, Runs.CAPACITY, 2 * count);
  set(runs, Runs.FIRST, 0);
}

/** Puts a run behind the last of a queue; what has its time is one run. */
export function enqueueRun(runs: usize, time: i64, count: i64): void {
  if (!isEmptyRuns(runs)) {
    const last = runAt(runs, get(runs, Runs.COUNT) - 1);
    if (load<i64>(last) === time) {
      setCount(last, load<i64>(last, 8) + count);
      return;
    }
  }
  grow(runs);
  const run = runAt(runs, get(runs, Runs.COUNT));
  set(runs, Runs.COUNT, get(runs, Runs.COUNT) + 1);
  store<i64>(run, time);
  setCount(run, count);
}

/** Takes `count` of the first run of a queue, at most as many as there are. */
export function dequeueRun(runs: usize, count: i64): void {
  const run = runAt(runs, 0);
  const left = load<i64>(run, 8) - count;
  setCount(run, left);
  if (left > 0) return;
  set(runs, Runs.FIRST, (get(runs, Runs.FIRST) + 1) & (get(runs, Runs.CAPACITY) - 1));
  set(runs, Runs.COUNT, get(runs, Runs.COUNT) - 1);
}

/** Puts a run into a heap. */
export function pushRun(runs: usize, time: i64, count: i64): void {
  grow(runs);
  let i = get(runs, Runs.COUNT);
  set(runs, Runs.COUNT, i + 1);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const run = runAt(runs, parent);
    if (load<i64>(run) <= time) break;
    memory.copy(runAt(runs, i), run, 1 << RUN_BITS);
    i = parent;
  }
  store<i64>(runAt(runs, i), time);
  setCount(runAt(runs, i), count);
}

/** Takes `count` of the earliest run of a heap, at most as many as there are. */
export function popRun(runs: usize, count: i64): void {
  const first = runAt(runs, 0);
  const left = load<i64>(first, 8) - count;
  setCount(first, left);
  if (left > 0) return;
  const size = get(runs, Runs.COUNT) - 1;
  set(runs, Runs.COUNT, size);
  if (size > 0) sink(runs, runAt(runs, size), size);
}

/** Puts the run at `last`, which is no part of the heap of `size` runs, where it belongs from the top on. */
function sink(runs: usize, last: usize, size: i32): void {
  const time = load<i64>(last);
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && load<i64>(runAt(runs, child + 1)) < load<i64>(runAt(runs, child))) child++;
    if (load<i64>(runAt(runs, child)) >= time) break;
    memory.copy(runAt(runs, i), runAt(runs, child), 1 << RUN_BITS);
    i = child;
  }
  memory.copy(runAt(runs, i), last, 1 << RUN_BITS);
}
