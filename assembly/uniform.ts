/**
 * The recurrence for layers of which no set, nor any set that they wait for, is cut: all sets of a layer
 * take equally long, finishes never decrease in the order of the sets, and so what a set waits for is the
 * one last set of each source. A row of sets is worked on four at a time.
 */
import {
  LAYER_COPIES,
  LAYER_END,
  LAYER_SET_COLUMNS,
  LAYER_SET_HEIGHT,
  LAYER_SET_ROWS,
  LAYER_SET_WIDTH,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  LAYER_TIMES,
  PATTERN_CONTIGUOUS,
  PATTERN_DECREASING,
  PATTERN_IDENTITY,
  SOURCE_COLUMNS,
  SOURCE_LAYER,
  SOURCE_PATTERN,
  SOURCE_ROWS,
  SOURCE_RUN,
} from './layout';
import { allocate, get, getAddress, mark, release } from './memory';
import { layerAt } from './problem';
import { gatherRow } from './row';
import { nextFinish, scan } from './scan';
import { sourceAt } from './sources';
import { at } from './tables';

/** Sets at the end of a row that are worth being done one by one, for the rest to be read in place. */
const MAX_TAIL = 3;

/** Writes the finishes of a base layer to `times`. */
export function scheduleUniform(layer: usize, times: usize): void {
  const rows = get(layer, LAYER_SET_ROWS);
  const columns = get(layer, LAYER_SET_COLUMNS);
  const copies = get(layer, LAYER_COPIES);
  const pixels = get(layer, LAYER_SET_HEIGHT) * get(layer, LAYER_SET_WIDTH);
  const count = get(layer, LAYER_SOURCE_COUNT);
  const source = getAddress(layer, LAYER_SOURCES);
  if (count === 0) {
    scheduleUnbound(times, rows * columns, copies, pixels);
  } else if (count === 1 && get(source, SOURCE_PATTERN) === PATTERN_IDENTITY) {
    scan(times, timesOf(source), rows * columns, copies, pixels, 0);
  } else if (
    count === 1 &&
    get(source, SOURCE_PATTERN) === PATTERN_CONTIGUOUS &&
    get(source, SOURCE_RUN) >= columns - MAX_TAIL
  ) {
    scheduleInPlace(source, times, rows, columns, copies, pixels);
  } else {
    scheduleGathered(layer, times, rows, columns, copies, pixels);
  }
  const last = times + ((<usize>rows * columns - 1) << 2);
  store<i64>(layer + (LAYER_END << 2), <i64>load<i32>(last));
}

function timesOf(source: usize): usize {
  return getAddress(layerAt(get(source, SOURCE_LAYER)), LAYER_TIMES);
}

/** A layer that waits for nothing but its copies: they start one wave of sets after the other. */
function scheduleUnbound(times: usize, count: i32, copies: i32, pixels: i32): void {
  const end = times + ((<usize>count) << 2);
  let finish = 0;
  while (times < end) {
    finish += pixels;
    const vector = i32x4.splat(finish);
    const next = min(times + ((<usize>copies) << 2), end);
    for (let p = times; p < next; p += 16) v128.store(p, vector);
    times = next;
  }
}

/** One source whose times are contiguous along a row but for a short tail: they are read where they are. */
function scheduleInPlace(
  source: usize,
  times: usize,
  rows: i32,
  columns: i32,
  copies: i32,
  pixels: i32,
): void {
  const from = timesOf(source);
  const rowTable = getAddress(source, SOURCE_ROWS);
  const columnTable = getAddress(source, SOURCE_COLUMNS);
  const run = get(source, SOURCE_RUN);
  const first = (<usize>at(columnTable, 0)) << 2;
  const rowBytes = (<usize>get(layerAt(get(source, SOURCE_LAYER)), LAYER_SET_COLUMNS)) << 2;
  let start = 0;
  for (let r = 0; r < rows; r++) {
    const sourceRow = at(rowTable, r);
    const row = from + <usize>max(sourceRow, 0) * rowBytes;
    if (sourceRow >= 0) scan(times, row + first, run, copies, pixels, start);
    for (let c = sourceRow >= 0 ? run : 0; c < columns; c++) {
      const column = at(columnTable, c);
      const time = sourceRow >= 0 && column >= 0 ? load<i32>(row + ((<usize>column) << 2)) : 0;
      const set = times + ((<usize>c) << 2);
      store<i32>(set, nextFinish(set, time, copies, pixels, c === 0 ? start : load<i32>(set - 4) - pixels));
    }
    times += (<usize>columns) << 2;
    start = load<i32>(times - 4) - pixels;
  }
}

/** Any sources: what a row of sets waits for is gathered first. */
function scheduleGathered(
  layer: usize,
  times: usize,
  rows: i32,
  columns: i32,
  copies: i32,
  pixels: i32,
): void {
  const free = mark();
  const buffer = allocate((<u64>columns) << 2);
  const isDecreasing = hasDecreasingColumns(layer);
  let start = 0;
  for (let r = 0; r < rows; r++) {
    gatherRow(layer, r, buffer);
    if (isDecreasing) prefixMaximum(buffer, columns);
    scan(times, buffer, columns, copies, pixels, start);
    times += (<usize>columns) << 2;
    start = load<i32>(times - 4) - pixels;
  }
  release(free);
}

function hasDecreasingColumns(layer: usize): bool {
  const sources = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    if (get(sourceAt(sources, i), SOURCE_PATTERN) & PATTERN_DECREASING) return true;
  }
  return false;
}

/** A set starts no earlier than the one before it, so it waits for what that one waits for. */
function prefixMaximum(buffer: usize, count: i32): void {
  let latest = 0;
  for (let p = buffer; p < buffer + ((<usize>count) << 2); p += 4) {
    latest = max(latest, load<i32>(p));
    store<i32>(p, latest);
  }
}

/** When each position of a stored join is there. */
export function joinRows(layer: usize, times: usize): void {
  const columns = get(layer, LAYER_SET_COLUMNS);
  for (let r = 0; r < get(layer, LAYER_SET_ROWS); r++) {
    gatherRow(layer, r, times);
    times += (<usize>columns) << 2;
  }
}
