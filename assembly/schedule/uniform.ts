/**
 * The recurrence for layers of which no set, nor any set that they wait for, is cut: all sets of a layer
 * take equally long, finishes never decrease in the order of the sets, and so what a set waits for is the
 * one last set of each source. A line of sets is worked on four at a time.
 */

import { allocate, get, getAddress, mark, release } from '../kernel/memory';
import { Layer, LayerWide, Pattern, Source } from './layout';
import { gatherLine, laterOf, lineOf } from './line';
import { layerAt, resultDelay } from './problem';
import { nextFinish, scan, scanWave } from './scan';
import { sourceAt } from './sources';
import { at } from './tables';

/** Sets at the end of a line that are worth being done one by one, for the rest to be read in place. */
const MAX_TAIL = 3;

/**
 * Writes the finishes of the sets of a base layer in one inference to `times`.
 *
 * @param start Start of the set before the first of these.
 * @param isFresh True where all copies are ready from the start and have run nothing yet.
 * @param wave So many sets, where it is more than 0, are the first of their copies, which may be ready late.
 */
export function scheduleUniform(layer: usize, times: usize, start: i32, isFresh: bool, wave: i32): void {
  const lines = get(layer, Layer.LINES);
  const lineSets = get(layer, Layer.LINE_SETS);
  const copies = get(layer, Layer.COPIES);
  const pixels = get(layer, Layer.SET_HEIGHT) * get(layer, Layer.SET_WIDTH);
  const latency = pixels + resultDelay();
  const count = get(layer, Layer.SOURCE_COUNT);
  const source = getAddress(layer, Layer.SOURCES);
  if (wave > 0 || (count === 0 && !isFresh)) {
    scheduleGathered(layer, times, lines, lineSets, copies, pixels, latency, start, wave);
  } else if (count === 0) {
    scheduleUnbound(times, lines * lineSets, copies, pixels, latency);
  } else if (isOneRun(layer)) {
    const later = laterOf(source, 0);
    // max(time + later, start) + latency, without adding to each time.
    scan(times, lineOf(source, 0), lines * lineSets, copies, pixels, latency + later, start - later);
  } else if (isReadInPlace(layer)) {
    scheduleInPlace(source, times, lines, lineSets, copies, pixels, latency, start);
  } else {
    scheduleGathered(layer, times, lines, lineSets, copies, pixels, latency, start, 0);
  }
  const last = times + ((<usize>lines * lineSets - 1) << 2);
  store<i64>(layer + (LayerWide.END << 2), <i64>load<i32>(last));
}

/** True where a layer waits set by set for one source, whose times lie one behind the other. */
function isOneRun(layer: usize): bool {
  if (get(layer, Layer.SOURCE_COUNT) !== 1) return false;
  const source = getAddress(layer, Layer.SOURCES);
  if (get(source, Source.PATTERN) !== Pattern.IDENTITY) return false;
  return !get(layerAt(get(source, Source.LAYER)), Layer.HAS_TEMPLATES);
}

/** True where a layer has one source, whose times are contiguous along a line but for a short tail. */
export function isReadInPlace(layer: usize): bool {
  if (get(layer, Layer.SOURCE_COUNT) !== 1) return false;
  const source = getAddress(layer, Layer.SOURCES);
  const pattern = get(source, Source.PATTERN);
  if (pattern !== Pattern.CONTIGUOUS && pattern !== Pattern.IDENTITY) return false;
  return get(source, Source.RUN) >= get(layer, Layer.LINE_SETS) - MAX_TAIL;
}

/** A layer that waits for nothing but its copies: they start one wave of sets after the other. */
function scheduleUnbound(times: usize, count: i32, copies: i32, pixels: i32, latency: i32): void {
  const end = times + ((<usize>count) << 2);
  const wave = (<usize>copies) << 2;
  let finish = latency;
  while (times < end) {
    const vector = i32x4.splat(finish);
    // Not the lesser of both sums: behind many copies lies the end of the address space.
    const next = times + min(wave, end - times);
    for (let p = times; p < next; p += 16) v128.store(p, vector);
    times = next;
    finish += pixels;
  }
}

/** One source whose times are contiguous along a line but for a short tail: they are read where they are. */
function scheduleInPlace(
  source: usize,
  times: usize,
  lines: i32,
  lineSets: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const lineTable = getAddress(source, Source.LINES);
  for (let l = 0; l < lines; l++) {
    const sourceLine = at(lineTable, l);
    if (sourceLine < 0) {
      finishEach(times, lineSets, copies, pixels, latency, start);
    } else {
      const later = laterOf(source, sourceLine);
      scheduleLineInPlace(
        source,
        times,
        lineOf(source, sourceLine),
        later,
        lineSets,
        copies,
        pixels,
        latency,
        start,
      );
    }
    times += (<usize>lineSets) << 2;
    start = load<i32>(times - 4) - latency;
  }
}

/** A line of sets that waits for `line` of its one source, whose times are `later` cycles later than it says there. */
export function scheduleLineInPlace(
  source: usize,
  times: usize,
  line: usize,
  later: i32,
  lineSets: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const table = getAddress(source, Source.ALONG);
  const run = get(source, Source.RUN);
  scan(times, line + ((<usize>at(table, 0)) << 2), run, copies, pixels, latency + later, start - later);
  for (let x = run; x < lineSets; x++) {
    const entry = at(table, x);
    const time = entry >= 0 ? load<i32>(line + ((<usize>entry) << 2)) + later : 0;
    const set = times + ((<usize>x) << 2);
    const before = x === 0 ? start : load<i32>(set - 4) - latency;
    store<i32>(set, nextFinish(set, time, copies, pixels, latency, before));
  }
}

/** A line of sets that waits for its copies alone. */
export function finishEach(
  times: usize,
  lineSets: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
): void {
  const end = times + ((<usize>lineSets) << 2);
  for (; times < end; times += 4) {
    const finish = nextFinish(times, 0, copies, pixels, latency, start);
    store<i32>(times, finish);
    start = finish - latency;
  }
}

/** Any sources: what a line of sets waits for is gathered first. */
function scheduleGathered(
  layer: usize,
  times: usize,
  lines: i32,
  lineSets: i32,
  copies: i32,
  pixels: i32,
  latency: i32,
  start: i32,
  wave: i32,
): void {
  const free = mark();
  const buffer = allocate((<u64>lineSets) << 2);
  const isDecreasing = hasDecreasingTable(layer);
  for (let l = 0; l < lines; l++) {
    gatherInOrder(layer, l, buffer, isDecreasing);
    if (wave > 0) scanWave(times, buffer, lineSets, copies, pixels, latency, start, wave);
    else scan(times, buffer, lineSets, copies, pixels, latency, start);
    times += (<usize>lineSets) << 2;
    start = load<i32>(times - 4) - latency;
    wave -= lineSets;
  }
  release(free);
}

/** What a line of sets waits for, at `buffer`; `isDecreasing`: a set may wait for less than the one before it. */
export function gatherInOrder(layer: usize, line: i32, buffer: usize, isDecreasing: bool): void {
  gatherLine(layer, line, buffer);
  if (isDecreasing) prefixMaximum(buffer, get(layer, Layer.LINE_SETS));
}

/** True where a set of a line may wait for less than the one before it. */
export function hasDecreasingTable(layer: usize): bool {
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    if (get(sourceAt(sources, i), Source.PATTERN) & Pattern.DECREASING) return true;
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
export function joinLines(layer: usize, times: usize): void {
  const lineSets = get(layer, Layer.LINE_SETS);
  for (let l = 0; l < get(layer, Layer.LINES); l++) {
    gatherLine(layer, l, times);
    times += (<usize>lineSets) << 2;
  }
}
