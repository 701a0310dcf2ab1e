/** Gathers what a line of sets waits for: per set the latest of the one last set of each source. */

import { clear, get, getAddress } from '../kernel/memory';
import { Layer, Line, Pattern, Source } from './layout';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at } from './tables';

/** Writes the times of line `line` of a layer to `result`; up to three words behind it are overwritten. */
export function gatherLine(layer: usize, line: i32, result: usize): void {
  const lineSets = get(layer, Layer.LINE_SETS);
  const sources = getAddress(layer, Layer.SOURCES);
  clear(result, (<usize>lineSets) << 2);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const sourceLine = at(getAddress(source, Source.LINES), line);
    if (sourceLine < 0) continue;
    gatherSource(source, lineOf(source, sourceLine), laterOf(source, sourceLine), lineSets, result);
  }
}

/**
 * Address of the times of a line of a source's layer, which are {@link laterOf} cycles later than it says there; where
 * lines are columns there is but one.
 */
export function lineOf(source: usize, line: i32): usize {
  const from = layerAt(get(source, Source.LAYER));
  const times = getAddress(from, Layer.TIMES);
  if (get(from, Layer.HAS_TEMPLATES)) return getAddress(lineAt(times, line), Line.TEMPLATE);
  return times + ((<usize>line * get(from, Layer.SET_COLUMNS)) << 2);
}

/** How many cycles the times of a line of a source's layer are later than those at {@link lineOf}. */
export function laterOf(source: usize, line: i32): i32 {
  const from = layerAt(get(source, Source.LAYER));
  const later = get(from, Layer.LATER);
  if (!get(from, Layer.HAS_TEMPLATES)) return later;
  return later + get(lineAt(getAddress(from, Layer.TIMES), line), Line.LATER);
}

/** Record of a line of a layer that has templates, of which `records` are the TIMES. */
export function lineAt(records: usize, line: i32): usize {
  return records + <usize>line * (Line.WORDS << 2);
}

/** Raises `result` to the times of one source, of which `line` is the line that is waited for, `later` cycles later. */
function gatherSource(source: usize, line: usize, later: i32, lineSets: i32, result: usize): void {
  const pattern = get(source, Source.PATTERN) & ~Pattern.DECREASING;
  const table = getAddress(source, Source.ALONG);
  const vectors = get(source, Source.RUN) & ~3;
  const end = result + ((<usize>vectors) << 2);
  let done = vectors;
  if (pattern === Pattern.CONTIGUOUS || pattern === Pattern.IDENTITY) {
    raiseContiguous(result, end, line + ((<usize>at(table, 0)) << 2), i32x4.splat(later));
  } else if (pattern === Pattern.STRIDE_2) {
    raiseStride2(result, end, line + ((<usize>at(table, 0)) << 2), i32x4.splat(later));
  } else if (pattern === Pattern.DOUBLED) {
    raiseDoubled(result, end, line + ((<usize>at(table, 0)) << 2), i32x4.splat(later));
  } else {
    done = 0;
  }
  for (let x = done; x < lineSets; x++) {
    const entry = at(table, x);
    if (entry < 0) continue;
    const set = result + ((<usize>x) << 2);
    store<i32>(set, max(load<i32>(set), load<i32>(line + ((<usize>entry) << 2)) + later));
  }
}

function raise(result: usize, times: v128, later: v128): void {
  v128.store(result, i32x4.max_s(v128.load(result), i32x4.add(times, later)));
}

function raiseContiguous(result: usize, end: usize, times: usize, later: v128): void {
  for (; result < end; result += 16, times += 16) raise(result, v128.load(times), later);
}

function raiseStride2(result: usize, end: usize, times: usize, later: v128): void {
  for (; result < end; result += 16, times += 32) {
    raise(result, v128.shuffle<i32>(v128.load(times), v128.load(times, 16), 0, 2, 4, 6), later);
  }
}

function raiseDoubled(result: usize, end: usize, times: usize, later: v128): void {
  for (; result < end; result += 16, times += 8) {
    const pair = v128.load(times);
    raise(result, v128.shuffle<i32>(pair, pair, 0, 0, 1, 1), later);
  }
}
