/**
 * Layers that are like earlier ones, as those of the blocks of a deep network are: of one size, waiting in the same way for as
 * many layers. Where all that such a layer waits for is what the earlier one waited for, later by a number of cycles, so are its
 * times: it shares them, and says how much later it is.
 */

import { allocate, clear, get, getAddress, isSame, mark, release, set } from '../kernel/memory';
import { isLater } from './later';
import { Layer, Source } from './layout';
import { layerAt, layerCount } from './problem';
import { isUniform, sourceAt, sourceLayer } from './sources';
import { at } from './tables';
import { isLaterBlock } from './templates';
import { firstTime, setCount, takeTimes } from './times';

/** So many of the layers before that are like one are looked at. */
const MOST_LOOKED_AT = 3;

/** Finds for every stored layer the last one before it that is like it. */
export function findAlike(): void {
  const free = mark();
  const slots = 1 << (33 - clz(layerCount() | 1));
  const bytes = (<usize>slots) << 2;
  const table = allocate(bytes);
  clear(table, bytes);
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    set(layer, Layer.ALIKE, -1);
    if (!get(layer, Layer.IS_STORED)) continue;
    set(layer, Layer.IS_SHIFTED, isShiftedWithSources(layer) ? 1 : 0);
    // Most often computed no more than it is looked for others like it.
    if (get(layer, Layer.FOLLOWS) || get(layer, Layer.SOURCE_COUNT) === 0) continue;
    // Others of the same hash take its slot: then the last of this kind is not found.
    const slot = table + ((<usize>(hash(layer) & (slots - 1))) << 2);
    const before = load<i32>(slot) - 1;
    if (before >= 0 && isAlike(layer, layerAt(before))) set(layer, Layer.ALIKE, before);
    store<i32>(slot, index + 1);
  }
  release(free);
}

/** True where no time is the same however late the sources are, as it is where the first set waits for nothing. */
function isShiftedWithSources(layer: usize): bool {
  const sources = getAddress(layer, Layer.SOURCES);
  const isBase = get(layer, Layer.IS_BASE) !== 0;
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const rows = getAddress(source, Source.ROWS);
    const columns = getAddress(source, Source.COLUMNS);
    const last = isBase ? 1 : get(layer, Layer.SET_ROWS);
    const lastColumn = isBase ? 1 : get(layer, Layer.SET_COLUMNS);
    if (isWhole(rows, last) && isWhole(columns, lastColumn)) return true;
  }
  return false;
}

/** True where the first entries of a table all say that something is waited for. */
function isWhole(table: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (at(table, i) < 0) return false;
  return true;
}

function hash(layer: usize): i32 {
  let result = get(layer, Layer.HEIGHT) * 31 + get(layer, Layer.WIDTH);
  result = result * 31 + get(layer, Layer.SOURCE_COUNT) * 2 + get(layer, Layer.IS_BASE);
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    result = hashTable(result, getAddress(source, Source.ROWS), get(layer, Layer.SET_ROWS));
    result = hashTable(result, getAddress(source, Source.COLUMNS), get(layer, Layer.SET_COLUMNS));
  }
  return result ^ (result >> 15);
}

function hashTable(before: i32, table: usize, length: i32): i32 {
  return ((before * 31 + at(table, 0)) * 31 + at(table, length >> 1)) * 31 + at(table, length - 1);
}

function isAlike(layer: usize, other: usize): bool {
  if (
    !isSame(layer, other, Layer.HEIGHT) ||
    !isSame(layer, other, Layer.WIDTH) ||
    !isSame(layer, other, Layer.IS_BASE) ||
    !isSame(layer, other, Layer.SET_HEIGHT) ||
    !isSame(layer, other, Layer.SET_WIDTH) ||
    !isSame(layer, other, Layer.SET_ROWS) ||
    !isSame(layer, other, Layer.SET_COLUMNS) ||
    !isSame(layer, other, Layer.LINES) ||
    !isSame(layer, other, Layer.IS_REPEATING) ||
    !isSame(layer, other, Layer.SOURCE_COUNT)
  )
    return false;
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(getAddress(layer, Layer.SOURCES), i);
    const otherSource = sourceAt(getAddress(other, Layer.SOURCES), i);
    if (!isSameSource(source, otherSource, get(layer, Layer.SET_ROWS), get(layer, Layer.SET_COLUMNS)))
      return false;
  }
  return true;
}

/** True where as much is waited for in two layers of one shape. */
function isSameSource(source: usize, other: usize, rows: i32, columns: i32): bool {
  const from = layerAt(get(source, Source.LAYER));
  const otherFrom = layerAt(get(other, Source.LAYER));
  return (
    isSame(from, otherFrom, Layer.SET_ROWS) &&
    isSame(from, otherFrom, Layer.SET_COLUMNS) &&
    isSame(from, otherFrom, Layer.IS_REPEATING) &&
    isSameTable(source, other, Source.ROWS, rows) &&
    isSameTable(source, other, Source.COLUMNS, columns) &&
    ((isUniform(source) && isUniform(other)) ||
      (isSameTable(source, other, Source.ROWS_FULL, rows) &&
        isSameTable(source, other, Source.COLUMNS_FULL, columns)))
  );
}

function isSameTable(source: usize, other: usize, word: i32, length: i32): bool {
  const table = getAddress(source, word);
  const otherTable = getAddress(other, word);
  return table === otherTable || isLater(table, otherTable, length, 0);
}

/** Takes the times of an earlier layer that waited for the same, some cycles earlier; false where none is known to. */
export function repeatLayer(layer: usize): bool {
  if (!get(layer, Layer.IS_SHIFTED)) return false;
  let index = get(layer, Layer.ALIKE);
  for (let tries = 0; index >= 0 && tries < MOST_LOOKED_AT; tries++) {
    const other = layerAt(index);
    if (isSame(layer, other, Layer.COPIES) && waitsForSame(layer, other)) {
      takeTimes(layer, other, laterBy(layer, other, 0));
      return true;
    }
    index = get(other, Layer.ALIKE);
  }
  return false;
}

/** True where all sources of a layer share their times with those of another one and are equally later. */
function waitsForSame(layer: usize, other: usize): bool {
  const by = laterBy(layer, other, 0);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const from = sourceLayer(layer, i);
    const otherFrom = sourceLayer(other, i);
    if (!isSame(from, otherFrom, Layer.TIMES) || laterBy(layer, other, i) !== by) return false;
  }
  return true;
}

/** How many cycles later source `i` of a layer is than that of another one, if they share their times. */
function laterBy(layer: usize, other: usize, i: i32): i32 {
  const from = sourceLayer(layer, i);
  const otherFrom = sourceLayer(other, i);
  return get(from, Layer.LATER) - get(otherFrom, Layer.LATER);
}

/** Lets a layer that was computed share the times of an earlier one that are the same but for some cycles; false where there is none. */
export function shareTimes(layer: usize): bool {
  let index = get(layer, Layer.ALIKE);
  for (let tries = 0; index >= 0 && tries < MOST_LOOKED_AT; tries++) {
    const other = layerAt(index);
    const times = getAddress(other, Layer.TIMES);
    const by = load<i32>(firstTime(layer)) - load<i32>(firstTime(other));
    if (isSame(layer, other, Layer.HAS_TEMPLATES) && areLater(layer, times, by)) {
      takeTimes(layer, other, by - get(other, Layer.LATER));
      return true;
    }
    index = get(other, Layer.ALIKE);
  }
  return false;
}

/** True where the times of a layer that was computed are those at `others`, or in that block, `by` cycles later. */
export function areLater(layer: usize, others: usize, by: i32): bool {
  if (get(layer, Layer.HAS_TEMPLATES)) return isLaterBlock(layer, others, by);
  return isLater(getAddress(layer, Layer.TIMES), others, setCount(layer), by);
}
