/**
 * Stages III and IV: when every set of every base layer starts and finishes,
 *
 *     start(k)  = max(finish of every set that it waits for, start(k - 1), finish(k - d) - delay)
 *     finish(k) = start(k) + pixels(k) + delay
 *
 * where the delay is 0 unless MVMs overlap: a copy is free that much before its result is there.
 * Only finishes are kept, in 32 bits where all fit and in 64 otherwise (`wide`). In front of a layer's times
 * lie as many zeros as it has copies, so that finish(k - d) is there for every k.
 */

import { get, getAddress, getWide, hasRoom, mark, release, set } from '../kernel/memory';
import { repeatLayer, shareTimes } from './alike';
import { follow, isFollowing } from './following';
import { Layer, LayerWide, Source, Templates } from './layout';
import { layerAt, layerCount, resultDelay, templatesWanted } from './problem';
import { mayFillMemory } from './repeating';
import { isUniform, sourceAt } from './sources';
import { at } from './tables';
import { blockBytes, scheduleTemplates, templatesEnd } from './templates';
import { allocateTimes, flatBytes, loadTime, setCount, storeTime, timeBits, timeOf } from './times';
import { joinLines, scheduleUniform } from './uniform';

/** Schedules all layers in order; returns the last finish of all. */
export function scheduleLayers(wide: bool): f64 {
  const mayRepeat = !wide && templatesWanted() !== Templates.NEVER;
  const mayFill = mayRepeat && mayFillMemory();
  let laterBytes: u64 = mayFill ? flatBytesOfAll() : 0;
  let latest: i64 = 0;
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (!get(layer, Layer.IS_STORED)) continue;
    chooseForm(layer, wide);
    if (mayFill) laterBytes -= flatBytes(layer);
    if (mayRepeat && isFollowing(layer)) follow(layer);
    else if (!mayRepeat || !repeatLayer(layer)) {
      if (mayFill && !hasRoomForTemplates(layer, laterBytes)) set(layer, Layer.HAS_TEMPLATES, 0);
      computeLayer(layer, wide, mayRepeat);
    }
    if (get(layer, Layer.IS_BASE)) latest = max(latest, getWide(layer, LayerWide.END));
  }
  return <f64>latest;
}

function flatBytesOfAll(): u64 {
  let bytes: u64 = 0;
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    if (get(layer, Layer.IS_STORED)) bytes += flatBytes(layer);
  }
  return bytes;
}

/**
 * False where templates would take the memory that times one behind the other do not: a schedule of any copies then needs no more
 * than these. `laterBytes` is what those of the layers behind it take.
 */
function hasRoomForTemplates(layer: usize, laterBytes: u64): bool {
  if (!get(layer, Layer.HAS_TEMPLATES)) return true;
  const bytes = blockBytes(layer);
  return hasRoom(bytes + laterBytes) || (hasRoom(bytes) && !hasRoom(flatBytes(layer) + laterBytes));
}

/** Computes the times of a layer, and gives back what is not used of their memory. */
function computeLayer(layer: usize, wide: bool, mayShare: bool): void {
  const free = mark();
  set(layer, Layer.TIMES, <i32>allocateTimes(layer, wide));
  scheduleLayer(layer, wide);
  if (mayShare && shareTimes(layer)) release(free);
  else if (get(layer, Layer.HAS_TEMPLATES)) release(<u64>templatesEnd());
}

/** Says whether lines of a stored layer are kept as templates; its times will be its own. */
export function chooseForm(layer: usize, wide: bool): void {
  const mayRepeat = !wide && get(layer, Layer.COPIES) <= get(layer, Layer.TEMPLATE_COPIES);
  set(layer, Layer.HAS_TEMPLATES, mayRepeat ? 1 : 0);
  set(layer, Layer.LATER, 0);
}

/** Writes the times of a stored layer in one inference; those of all that it waits for are there. */
export function scheduleLayer(layer: usize, wide: bool): void {
  if (get(layer, Layer.HAS_TEMPLATES)) {
    scheduleTemplates(layer);
    return;
  }
  const times = getAddress(layer, Layer.TIMES);
  if (!get(layer, Layer.IS_BASE)) {
    scheduleJoin(layer, times, wide);
    return;
  }
  if (!wide && isUniformThroughout(layer)) scheduleUniform(layer, times, 0, true, 0);
  else scheduleAnySets(layer, times, 0, wide);
  recordStart(layer, times, wide);
}

/** When each position of a stored join is there. */
export function scheduleJoin(layer: usize, times: usize, wide: bool): void {
  if (wide) joinWide(layer, times);
  else joinLines(layer, times);
}

/** Writes the finishes of the sets of a base layer in one inference; see {@link scheduleUniform} for the parameters. */
export function scheduleSets(
  layer: usize,
  times: usize,
  start: i64,
  isFresh: bool,
  wave: i32,
  wide: bool,
): void {
  if (!wide && isUniformThroughout(layer)) scheduleUniform(layer, times, <i32>start, isFresh, wave);
  else scheduleAnySets(layer, times, start, wide);
}

/** True where neither the layer nor what it waits for has sets that are cut. */
function isUniformThroughout(layer: usize): bool {
  if (!get(layer, Layer.IS_UNIFORM)) return false;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) if (!isUniform(sourceAt(sources, i))) return false;
  return true;
}

/** The start of the layer's first set is its finish less its pixels and the delay. */
export function recordStart(layer: usize, times: usize, wide: bool): void {
  const pixels = <i64>get(layer, Layer.SET_HEIGHT) * get(layer, Layer.SET_WIDTH);
  store<i64>(
    layer + (LayerWide.START << 2),
    loadTime(times, wide) + get(layer, Layer.LATER) - pixels - resultDelay(),
  );
}

/** MVMs of set `k` of a base layer, counted row-major. */
export function pixelsOf(layer: usize, k: i32): i64 {
  const columns = get(layer, Layer.SET_COLUMNS);
  const height = get(layer, Layer.SET_HEIGHT);
  const width = get(layer, Layer.SET_WIDTH);
  const rows = min(height, get(layer, Layer.HEIGHT) - (k / columns) * height);
  return <i64>rows * min(width, get(layer, Layer.WIDTH) - (k % columns) * width);
}

/** Start of the last set of a base layer in one inference, whose finish is in front of `end`. */
export function lastStartOf(layer: usize, end: usize, wide: bool): i64 {
  const finish = loadTime(end - ((<usize>1) << timeBits(wide)), wide);
  return finish - pixelsOf(layer, setCount(layer) - 1) - resultDelay();
}

/** The recurrence for any layer: sets of different size, sources of different size, any width of times. */
function scheduleAnySets(layer: usize, times: usize, start: i64, wide: bool): void {
  const delay = <i64>resultDelay();
  const rows = get(layer, Layer.SET_ROWS);
  const columns = get(layer, Layer.SET_COLUMNS);
  const setHeight = get(layer, Layer.SET_HEIGHT);
  const setWidth = get(layer, Layer.SET_WIDTH);
  const copies = (<usize>get(layer, Layer.COPIES)) << timeBits(wide);
  const lastHeight = get(layer, Layer.HEIGHT) - (rows - 1) * setHeight;
  const lastWidth = get(layer, Layer.WIDTH) - (columns - 1) * setWidth;
  let end: i64 = 0;
  for (let r = 0; r < rows; r++) {
    const height = <i64>(r === rows - 1 ? lastHeight : setHeight);
    for (let c = 0; c < columns; c++) {
      const pixels = height * (c === columns - 1 ? lastWidth : setWidth);
      start = max(start, max(available(layer, r, c, wide), loadTime(times - copies, wide) - delay));
      const finish = start + pixels + delay;
      storeTime(times, finish, wide);
      end = max(end, finish);
      times += (<usize>1) << timeBits(wide);
    }
  }
  store<i64>(layer + (LayerWide.END << 2), end);
}

/** When all that set (r, c) of a layer waits for has finished. */
export function available(layer: usize, r: i32, c: i32, wide: bool): i64 {
  const sources = getAddress(layer, Layer.SOURCES);
  let result: i64 = 0;
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const row = at(getAddress(source, Source.ROWS), r);
    const column = at(getAddress(source, Source.COLUMNS), c);
    if (row < 0 || column < 0) continue;
    const from = layerAt(get(source, Source.LAYER));
    result = max(result, timeOf(from, row, column, wide));
    if (isUniform(source)) continue;
    // A cut set finishes early: the last set that is not cut may be later, in either direction.
    const rowFull = at(getAddress(source, Source.ROWS_FULL), r);
    const columnFull = at(getAddress(source, Source.COLUMNS_FULL), c);
    if (rowFull >= 0) result = max(result, timeOf(from, rowFull, column, wide));
    if (columnFull >= 0) result = max(result, timeOf(from, row, columnFull, wide));
    if (rowFull >= 0 && columnFull >= 0) result = max(result, timeOf(from, rowFull, columnFull, wide));
  }
  return result;
}

/** When each position (class of positions) of a stored join is there, in 64 bits. */
function joinWide(layer: usize, times: usize): void {
  const columns = get(layer, Layer.SET_COLUMNS);
  for (let r = 0; r < get(layer, Layer.SET_ROWS); r++) {
    for (let c = 0; c < columns; c++) {
      store<i64>(times, available(layer, r, c, true));
      times += 8;
    }
  }
}
