/**
 * Schedules one after the other that differ in the copies of a few layers. A layer waits only for layers in
 * front of it, so what changes is the layer and what is behind it; and where its times come out as they were,
 * nothing behind it changes.
 *
 * Every stored layer has two buffers of times. An update writes to the one that is not in use and takes it, so
 * that the times before it are still there: to compare with, and to go back to.
 */
import {
  LAYER_COPIES,
  LAYER_END,
  LAYER_IS_BASE,
  LAYER_IS_STORED,
  LAYER_OTHER_COPIES,
  LAYER_OTHER_END,
  LAYER_OTHER_TIMES,
  LAYER_SET_COLUMNS,
  LAYER_SET_ROWS,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  LAYER_TAIL,
  LAYER_TIMES,
  LAYER_TIMES_COPIES,
  LAYER_UPDATE,
  SOURCE_LAYER,
  UPDATE_CHANGED,
  UPDATE_EQUAL,
  UPDATE_NONE,
} from './layout';
import { get, getAddress, set } from './memory';
import { layerAt, layerCount } from './problem';
import { allocateTimes, recordStart, scheduleLayer, timeBits } from './schedule';
import { sourceAt } from './sources';

/** Schedules all layers, with room for as many copies as they have now. */
export function openTimes(wide: bool): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, LAYER_UPDATE, UPDATE_NONE);
    setTail(index, 0);
    if (!get(layer, LAYER_IS_STORED)) continue;
    set(layer, LAYER_TIMES, <i32>allocateTimes(layer, wide));
    set(layer, LAYER_OTHER_TIMES, <i32>allocateTimes(layer, wide));
    set(layer, LAYER_TIMES_COPIES, get(layer, LAYER_COPIES));
    scheduleLayer(layer, wide);
  }
}

/** Sets the copies of a layer for the next update. */
export function setCopies(index: i32, copies: i32): void {
  set(layerAt(index), LAYER_COPIES, copies);
}

/** Says how long it takes at least from the last finish of a base layer to the last finish of all. */
export function setTail(index: i32, cycles: f64): void {
  store<i64>(layerAt(index) + (LAYER_TAIL << 2), <i64>cycles);
}

/** The last finish of all with the copies as they are now; infinity as soon as it must be after `limit`. */
export function updateTimes(wide: bool, limit: f64): f64 {
  for (let index = 0; index < layerCount(); index++) set(layerAt(index), LAYER_UPDATE, UPDATE_NONE);
  let latest: i64 = 0;
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (!get(layer, LAYER_IS_STORED)) continue;
    if (isOutdated(layer)) updateLayer(layer, wide);
    if (!get(layer, LAYER_IS_BASE)) continue;
    const end = load<i64>(layer + (LAYER_END << 2));
    latest = max(latest, end);
    if (<f64>(end + load<i64>(layer + (LAYER_TAIL << 2))) > limit) return Infinity;
  }
  return <f64>latest;
}

/** Takes back the last update, and copies that were set for the next. */
export function undoTimes(wide: bool): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (!get(layer, LAYER_IS_STORED)) continue;
    if (get(layer, LAYER_UPDATE) !== UPDATE_NONE) {
      swapTimes(layer);
      set(layer, LAYER_TIMES_COPIES, get(layer, LAYER_OTHER_COPIES));
      store<i64>(layer + (LAYER_END << 2), load<i64>(layer + (LAYER_OTHER_END << 2)));
      if (get(layer, LAYER_IS_BASE)) recordStart(layer, getAddress(layer, LAYER_TIMES), wide);
      set(layer, LAYER_UPDATE, UPDATE_NONE);
    }
    set(layer, LAYER_COPIES, get(layer, LAYER_TIMES_COPIES));
  }
}

/** True where a layer has other copies than its times are of, or waits for times that are new. */
function isOutdated(layer: usize): bool {
  if (get(layer, LAYER_COPIES) !== get(layer, LAYER_TIMES_COPIES)) return true;
  const sources = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    if (get(layerAt(get(sourceAt(sources, i), SOURCE_LAYER)), LAYER_UPDATE) === UPDATE_CHANGED) return true;
  }
  return false;
}

function updateLayer(layer: usize, wide: bool): void {
  set(layer, LAYER_OTHER_COPIES, get(layer, LAYER_TIMES_COPIES));
  set(layer, LAYER_TIMES_COPIES, get(layer, LAYER_COPIES));
  store<i64>(layer + (LAYER_OTHER_END << 2), load<i64>(layer + (LAYER_END << 2)));
  swapTimes(layer);
  scheduleLayer(layer, wide);
  set(layer, LAYER_UPDATE, hasOtherTimes(layer, wide) ? UPDATE_CHANGED : UPDATE_EQUAL);
}

function swapTimes(layer: usize): void {
  const times = get(layer, LAYER_TIMES);
  set(layer, LAYER_TIMES, get(layer, LAYER_OTHER_TIMES));
  set(layer, LAYER_OTHER_TIMES, times);
}

/** True where the two buffers of a layer differ. */
function hasOtherTimes(layer: usize, wide: bool): bool {
  const sets = <usize>get(layer, LAYER_SET_ROWS) * get(layer, LAYER_SET_COLUMNS);
  let other = getAddress(layer, LAYER_OTHER_TIMES);
  let times = getAddress(layer, LAYER_TIMES);
  const end = times + (sets << timeBits(wide));
  const vectorEnd = end - ((sets << timeBits(wide)) & 15);
  for (; times < vectorEnd; times += 16, other += 16) {
    if (v128.any_true(v128.xor(v128.load(times), v128.load(other)))) return true;
  }
  for (; times < end; times += 4, other += 4) if (load<i32>(times) !== load<i32>(other)) return true;
  return false;
}
