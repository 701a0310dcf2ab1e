/**
 * Groups of inferences, one after the other (spec.md sections 4 and 9): every base layer, or slice of one, runs the
 * sets of all inferences of the group, then the next one does. Where weights take turns its copies are written first.
 * Times of a layer lie inference after inference, so that finish(k - d) is in front of every set; when a copy is ready
 * stands in front of the first.
 */

import { get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { showInference, timesOf } from './inferences';
import { Layer, LayerWide, Slice, SliceWide, Turns, TurnsWide, WritingMode } from './layout';
import { layerAt, layerCount } from './problem';
import { fillReady, freeCopies } from './readiness';
import { lastStartOf, recordStart, scheduleJoin, scheduleSets } from './schedule';
import { allocateSets, loadTime, setCount, storeTime, timeBits } from './times';
import { beginRound, openWriter } from './writer';

/** Beyond it no number of cycles is exact. */
export const MAX_EXACT: f64 = 9007199254740992;

let turns: usize = 0;
let isWide: bool = false;
/** Most inferences of a group, and those of the last one. */
let most = 0;
let before = 0;
/** The last finish of all groups so far. */
let latestEnd: i64 = 0;

/** Number of slices. */
export function sliceCount(): i32 {
  return get(turns, Turns.SLICES);
}

/** Record of slice `i`. */
export function sliceAt(i: i32): usize {
  return turns + (Turns.WORDS << 2) + <usize>i * (Slice.WORDS << 2);
}

/** Makes room for the times of a group of what the words at `words` say (layout.ts). */
export function openTurns(words: usize, wide: bool): void {
  turns = words;
  isWide = wide;
  most = get(words, Turns.INFERENCES);
  for (let i = 0; i < sliceCount(); i++) {
    const slice = sliceAt(i);
    const layer = layerAt(get(slice, Slice.LAYER));
    const times = allocateInferences(layer, get(slice, Slice.MOST_COPIES));
    set(slice, Slice.TIMES, <i32>times);
    // A layer of several slices has times of its own besides theirs.
    if (!isSlice(i, i - 1)) {
      set(layer, Layer.FIRST_TIMES, <i32>(isSlice(i, i + 1) ? allocateInferences(layer, 0) : times));
    }
  }
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, Layer.HAS_TEMPLATES, 0);
    set(layer, Layer.LATER, 0);
    if (get(layer, Layer.IS_BASE) || !get(layer, Layer.IS_STORED)) continue;
    set(layer, Layer.FIRST_TIMES, <i32>allocateInferences(layer, 0));
  }
  openWriter(
    get(words, Turns.MODE),
    getWide(words, TurnsWide.PES),
    getWide(words, TurnsWide.PARALLEL),
    getWide(words, TurnsWide.WRITE_CYCLES),
  );
}

function allocateInferences(layer: usize, copies: i32): usize {
  return allocateSets(<u64>setCount(layer) * most, copies, isWide);
}

/** True where slice `other` exists and is one of the same layer as slice `i`. */
function isSlice(i: i32, other: i32): bool {
  return (
    other >= 0 && other < sliceCount() && get(sliceAt(i), Slice.LAYER) === get(sliceAt(other), Slice.LAYER)
  );
}

/**
 * Schedules the next group of so many inferences.
 *
 * @param isFirst Nothing ran before it.
 * @param limit As soon as a finish is after it the rest is left out.
 * @returns Its last finish.
 */
export function scheduleGroup(inferences: i32, isFirst: bool, limit: f64): f64 {
  const last: i64 = limit < MAX_EXACT ? <i64>limit : i64.MAX_VALUE;
  const end = scheduleSlices(0, sliceCount(), inferences, isFirst, !isFirst, last);
  before = inferences;
  return <f64>end;
}

/**
 * Schedules slices from `first` to `end` and what is between them, by the writer as it is.
 *
 * @param isRoundWritten `barrier`: whether the first round of these is written now, or was before.
 * @returns The last finish; as soon as one is after `limit`, that one.
 */
export function scheduleSlices(
  first: i32,
  end: i32,
  inferences: i32,
  isFirst: bool,
  isRoundWritten: bool,
  limit: i64,
): i64 {
  const isBarrier = get(turns, Turns.MODE) === WritingMode.BARRIER;
  let index = first === 0 ? 0 : get(sliceAt(first), Slice.LAYER);
  let round = -1;
  let latest: i64 = isFirst ? 0 : latestEnd;
  let i = first;
  for (; i < end; index++) {
    const layer = layerAt(index);
    if (!get(layer, Layer.IS_STORED)) continue;
    if (!get(layer, Layer.IS_BASE)) scheduleJoins(layer, inferences);
    for (; i < end && get(sliceAt(i), Slice.LAYER) === index; i++) {
      const slice = sliceAt(i);
      if (isBarrier && get(slice, Slice.ROUND) !== round) {
        beginRound(latest, round >= 0 || isRoundWritten);
        round = get(slice, Slice.ROUND);
      }
      scheduleSlice(slice, layer, inferences, isFirst);
      if (isSlicedLayer(layer, slice)) mergeSlice(slice, layer, inferences, i === first);
      latest = max(latest, getWide(slice, SliceWide.END));
      if (latest > limit) return latest;
    }
  }
  latestEnd = latest;
  return latest;
}

function isSlicedLayer(layer: usize, slice: usize): bool {
  return get(layer, Layer.FIRST_TIMES) !== get(slice, Slice.TIMES);
}

function scheduleJoins(layer: usize, inferences: i32): void {
  for (let inference = 0; inference < inferences; inference++) {
    showInference(layer, inference, isWide);
    scheduleJoin(layer, timesOf(layer, getAddress(layer, Layer.FIRST_TIMES), inference, isWide), isWide);
  }
}

/** All sets of a slice in the group, once its copies are written or from where the group before ended. */
function scheduleSlice(slice: usize, layer: usize, inferences: i32, isFirst: bool): void {
  const isKept = get(turns, Turns.MODE) === WritingMode.NONE;
  const times = getAddress(slice, Slice.TIMES);
  const sets = setCount(layer);
  const copies = isKept ? get(slice, Slice.COPIES) : min(get(slice, Slice.COPIES), sets * inferences);
  set(layer, Layer.COPIES, copies);
  const goesOn = isKept && !isFirst;
  let wave = 0;
  if (goesOn) takeAlong(slice, layer);
  else if (fillReady(slice, layer, inferences, isWide)) wave = copies;
  let start: i64 = goesOn ? lastStartOf(layer, times, isWide) : 0;
  const isFresh = !goesOn && wave === 0;
  for (let inference = 0; inference < inferences; inference++) {
    const at = timesOf(layer, times, inference, isWide);
    showInference(layer, inference, isWide);
    scheduleSets(layer, at, start, isFresh && inference === 0, wave - inference * sets, isWide);
    if (inference === 0) {
      recordStart(layer, at, isWide);
      setWide(slice, SliceWide.START, getWide(layer, LayerWide.START));
    }
    start = lastStartOf(layer, timesOf(layer, times, inference + 1, isWide), isWide);
  }
  setWide(slice, SliceWide.END, getWide(layer, LayerWide.END));
  freeCopies(slice, layer, inferences, isWide);
}

/** Puts the last finishes of the group before in front of those of this one. */
function takeAlong(slice: usize, layer: usize): void {
  const times = getAddress(slice, Slice.TIMES);
  const bytes = (<usize>get(slice, Slice.COPIES)) << timeBits(isWide);
  memory.copy(times - bytes, timesOf(layer, times, before, isWide) - bytes, bytes);
}

/** Raises the times of a layer to those of one more of its slices: who reads it waits for all of them. */
function mergeSlice(slice: usize, layer: usize, inferences: i32, isFirst: bool): void {
  const from = getAddress(slice, Slice.TIMES);
  const times = getAddress(layer, Layer.FIRST_TIMES);
  const end = timesOf(layer, times, inferences, isWide);
  if (isFirst || get(slice, Slice.LAYER) !== get(slice - (Slice.WORDS << 2), Slice.LAYER)) {
    memory.copy(times, from, end - times);
    return;
  }
  const step = (<usize>1) << timeBits(isWide);
  for (let at = times, other = from; at < end; at += step, other += step) {
    const time = max(loadTime(at, isWide), loadTime(other, isWide));
    storeTime(at, time, isWide);
  }
}

/** Takes the times of a slice or of a join as before the start. */
export function forgetTimes(layer: usize, times: usize): void {
  memory.fill(times, 0, timesOf(layer, times, most, isWide) - times);
}

/** Most inferences of a group. */
export function mostInferences(): i32 {
  return most;
}
