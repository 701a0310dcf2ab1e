/**
 * Schedules one after the other that differ in the copies of a few layers. A layer waits only for layers in
 * front of it, so what changes is the layer and what is behind it; and where its times come out as they were,
 * nothing behind it changes.
 *
 * Every stored layer has two buffers of times. An update writes to the one that is not in use and takes it, so
 * that the times before it are still there: to compare with, and to go back to.
 */

import { get, getAddress, set } from '../kernel/memory';
import { Layer, LayerWide, Source, Update } from './layout';
import { layerAt, layerCount } from './problem';
import { allocateTimes, chooseForm, firstTime, recordStart, scheduleLayer, timeBits } from './schedule';
import { sourceAt } from './sources';
import { hasOtherLines } from './templates';

/** Schedules all layers, with room for as many copies as they have now. */
export function openTimes(wide: bool): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, Layer.UPDATE, Update.NONE);
    setTail(index, 0);
    if (!get(layer, Layer.IS_STORED)) continue;
    chooseForm(layer, wide);
    set(layer, Layer.TIMES, <i32>allocateTimes(layer, wide));
    set(layer, Layer.OTHER_TIMES, <i32>allocateTimes(layer, wide));
    set(layer, Layer.TIMES_COPIES, get(layer, Layer.COPIES));
    scheduleLayer(layer, wide);
  }
}

/** Sets the copies of a layer for the next update. */
export function setCopies(index: i32, copies: i32): void {
  set(layerAt(index), Layer.COPIES, copies);
}

/** Says how long it takes at least from the last finish of a base layer to the last finish of all. */
export function setTail(index: i32, cycles: f64): void {
  store<i64>(layerAt(index) + (LayerWide.TAIL << 2), <i64>cycles);
}

/** The last finish of all with the copies as they are now; infinity as soon as it must be after `limit`. */
export function updateTimes(wide: bool, limit: f64): f64 {
  for (let index = 0; index < layerCount(); index++) set(layerAt(index), Layer.UPDATE, Update.NONE);
  let latest: i64 = 0;
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (!get(layer, Layer.IS_STORED)) continue;
    if (isOutdated(layer)) updateLayer(layer, wide);
    if (!get(layer, Layer.IS_BASE)) continue;
    const end = load<i64>(layer + (LayerWide.END << 2));
    latest = max(latest, end);
    if (<f64>(end + load<i64>(layer + (LayerWide.TAIL << 2))) > limit) return Infinity;
  }
  return <f64>latest;
}

/** Takes back the last update, and copies that were set for the next. */
export function undoTimes(wide: bool): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (!get(layer, Layer.IS_STORED)) continue;
    if (get(layer, Layer.UPDATE) !== Update.NONE) {
      swapTimes(layer);
      set(layer, Layer.TIMES_COPIES, get(layer, Layer.OTHER_COPIES));
      store<i64>(layer + (LayerWide.END << 2), load<i64>(layer + (LayerWide.OTHER_END << 2)));
      if (get(layer, Layer.IS_BASE)) recordStart(layer, firstTime(layer), wide);
      set(layer, Layer.UPDATE, Update.NONE);
    }
    set(layer, Layer.COPIES, get(layer, Layer.TIMES_COPIES));
  }
}

/** True where a layer has other copies than its times are of, or waits for times that are new. */
function isOutdated(layer: usize): bool {
  if (get(layer, Layer.COPIES) !== get(layer, Layer.TIMES_COPIES)) return true;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    if (get(layerAt(get(sourceAt(sources, i), Source.LAYER)), Layer.UPDATE) === Update.CHANGED) return true;
  }
  return false;
}

function updateLayer(layer: usize, wide: bool): void {
  set(layer, Layer.OTHER_COPIES, get(layer, Layer.TIMES_COPIES));
  set(layer, Layer.TIMES_COPIES, get(layer, Layer.COPIES));
  store<i64>(layer + (LayerWide.OTHER_END << 2), load<i64>(layer + (LayerWide.END << 2)));
  swapTimes(layer);
  scheduleLayer(layer, wide);
  set(layer, Layer.UPDATE, hasOtherTimes(layer, wide) ? Update.CHANGED : Update.EQUAL);
}

function swapTimes(layer: usize): void {
  const times = get(layer, Layer.TIMES);
  set(layer, Layer.TIMES, get(layer, Layer.OTHER_TIMES));
  set(layer, Layer.OTHER_TIMES, times);
}

/** True where the two buffers of a layer differ. */
function hasOtherTimes(layer: usize, wide: bool): bool {
  if (get(layer, Layer.HAS_TEMPLATES)) return hasOtherLines(getAddress(layer, Layer.OTHER_TIMES));
  const sets = <usize>get(layer, Layer.SET_ROWS) * get(layer, Layer.SET_COLUMNS);
  let other = getAddress(layer, Layer.OTHER_TIMES);
  let times = getAddress(layer, Layer.TIMES);
  const end = times + (sets << timeBits(wide));
  const vectorEnd = end - ((sets << timeBits(wide)) & 15);
  for (; times < vectorEnd; times += 16, other += 16) {
    if (v128.any_true(v128.xor(v128.load(times), v128.load(other)))) return true;
  }
  for (; times < end; times += 4, other += 4) if (load<i32>(times) !== load<i32>(other)) return true;
  return false;
}
