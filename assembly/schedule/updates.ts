/**
 * Schedules one after the other that differ in the copies of a few layers. A layer waits only for layers in
 * front of it, so what changes is the layer and what is behind it; and where its times come out as they were,
 * nothing behind it changes.
 *
 * Every stored layer has two buffers of times. An update writes to the one that is not in use and takes it, so
 * that the times before it are still there: to compare with, and to go back to. Where all that a layer waits for is so many
 * cycles later than before, so is the layer, and nothing is written.
 */

import { areEqual, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { areLater } from './alike';
import { follow, isFollowing } from './following';
import { Layer, LayerWide, Update } from './layout';
import { layerAt, layerCount } from './problem';
import { chooseForm, recordStart, scheduleLayer } from './schedule';
import { sourceLayer } from './sources';
import { allocateTimes, firstTime, firstTimeOf, setCount } from './times';

/** Schedules all layers, with room for as many copies as they have now. */
export function openTimes(wide: bool): void {
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, Layer.UPDATE, Update.NONE);
    setTail(index, 0);
    if (!get(layer, Layer.IS_STORED)) continue;
    chooseForm(layer, wide);
    set(layer, Layer.BUFFER, <i32>allocateTimes(layer, wide));
    set(layer, Layer.SPARE_BUFFER, <i32>allocateTimes(layer, wide));
    set(layer, Layer.TIMES, get(layer, Layer.BUFFER));
    set(layer, Layer.TIMES_COPIES, get(layer, Layer.COPIES));
    if (!wide && isFollowing(layer)) follow(layer);
    else scheduleLayer(layer, wide);
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
    updateLayer(layer, wide);
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
      set(layer, Layer.TIMES, get(layer, Layer.OTHER_TIMES));
      set(layer, Layer.LATER, get(layer, Layer.OTHER_LATER));
      set(layer, Layer.TIMES_COPIES, get(layer, Layer.OTHER_COPIES));
      setWide(layer, LayerWide.END, getWide(layer, LayerWide.OTHER_END));
      if (get(layer, Layer.IS_BASE)) recordStart(layer, firstTime(layer), wide);
      set(layer, Layer.UPDATE, Update.NONE);
    }
    set(layer, Layer.COPIES, get(layer, Layer.TIMES_COPIES));
  }
}

/** Brings a layer up to date that has other copies than its times are of, or waits for times that are new. */
function updateLayer(layer: usize, wide: bool): void {
  const hasOtherCopies = get(layer, Layer.COPIES) !== get(layer, Layer.TIMES_COPIES);
  if (!hasOtherCopies && !areSourcesUpdated(layer)) return;
  set(layer, Layer.OTHER_COPIES, get(layer, Layer.TIMES_COPIES));
  set(layer, Layer.OTHER_LATER, get(layer, Layer.LATER));
  set(layer, Layer.OTHER_TIMES, get(layer, Layer.TIMES));
  setWide(layer, LayerWide.OTHER_END, getWide(layer, LayerWide.END));
  set(layer, Layer.TIMES_COPIES, get(layer, Layer.COPIES));
  if (!wide && isFollowing(layer)) followUpdate(layer);
  else if (!hasOtherCopies && isMoved(layer)) moveTimes(layer);
  else computeTimes(layer, wide);
}

function areSourcesUpdated(layer: usize): bool {
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    if (get(sourceLayer(layer, i), Layer.UPDATE) !== Update.NONE) return true;
  }
  return false;
}

/** Shares the new times of the source. If it did so before, they have become what those of the source have. */
function followUpdate(layer: usize): void {
  const from = sourceLayer(layer, 0);
  const update = get(from, Layer.UPDATE);
  const before = get(from, update === Update.NONE ? Layer.TIMES : Layer.OTHER_TIMES);
  const hasFollowed = get(layer, Layer.OTHER_TIMES) === before;
  follow(layer);
  set(layer, Layer.UPDATE, hasFollowed && update !== Update.CHANGED ? Update.MOVED : Update.CHANGED);
  set(layer, Layer.MOVED_BY, movedBy(from));
}

/** By how many cycles all times of a layer that has not changed otherwise are later than before. */
function movedBy(layer: usize): i32 {
  return get(layer, Layer.UPDATE) === Update.NONE ? 0 : get(layer, Layer.MOVED_BY);
}

/** True where all sources of a layer are equally later than before, and so is everything in the layer, whose times are its own. */
function isMoved(layer: usize): bool {
  const times = get(layer, Layer.TIMES);
  if (times !== get(layer, Layer.BUFFER) && times !== get(layer, Layer.SPARE_BUFFER)) return false;
  const by = movedBy(sourceLayer(layer, 0));
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const from = sourceLayer(layer, i);
    if (get(from, Layer.UPDATE) === Update.CHANGED || movedBy(from) !== by) return false;
  }
  return by === 0 || get(layer, Layer.IS_SHIFTED) !== 0;
}

function moveTimes(layer: usize): void {
  const by = movedBy(sourceLayer(layer, 0));
  set(layer, Layer.UPDATE, by === 0 ? Update.NONE : Update.MOVED);
  set(layer, Layer.MOVED_BY, by);
  set(layer, Layer.LATER, get(layer, Layer.LATER) + by);
  setWide(layer, LayerWide.START, getWide(layer, LayerWide.START) + by);
  setWide(layer, LayerWide.END, getWide(layer, LayerWide.END) + by);
}

/** Computes times, in a buffer where they are not now. */
function computeTimes(layer: usize, wide: bool): void {
  const buffer = get(layer, Layer.BUFFER);
  set(layer, Layer.TIMES, get(layer, Layer.TIMES) === buffer ? get(layer, Layer.SPARE_BUFFER) : buffer);
  set(layer, Layer.LATER, 0);
  scheduleLayer(layer, wide);
  const before = getAddress(layer, Layer.OTHER_TIMES);
  let by = 0;
  let isSame: bool = false;
  if (wide) isSame = areEqual(getAddress(layer, Layer.TIMES), before, (<usize>setCount(layer)) << 3);
  else {
    const later = load<i32>(firstTime(layer)) - load<i32>(firstTimeOf(layer, before));
    by = later - get(layer, Layer.OTHER_LATER);
    isSame = areLater(layer, before, later);
  }
  set(layer, Layer.UPDATE, isSame ? Update.MOVED : Update.CHANGED);
  set(layer, Layer.MOVED_BY, by);
}
