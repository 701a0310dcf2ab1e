/** Gathers what a line of sets waits for: per set the latest of the one last set of each source. */

import { get, getAddress } from '../kernel/memory';
import { Layer, Pattern, Source } from './layout';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at } from './tables';

/** Writes the times of line `line` of a layer to `result`; up to three words behind it are overwritten. */
export function gatherLine(layer: usize, line: i32, result: usize): void {
  const lineSets = get(layer, Layer.LINE_SETS);
  const sources = getAddress(layer, Layer.SOURCES);
  memory.fill(result, 0, (<usize>lineSets) << 2);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const sourceLine = at(getAddress(source, Source.LINES), line);
    if (sourceLine >= 0) gatherSource(source, lineOf(source, sourceLine), lineSets, result);
  }
}

/** Address of the times of a line of a source's layer; where lines are columns there is but one. */
export function lineOf(source: usize, line: i32): usize {
  const from = layerAt(get(source, Source.LAYER));
  return getAddress(from, Layer.TIMES) + ((<usize>line * get(from, Layer.SET_COLUMNS)) << 2);
}

/** Raises `result` to the times of one source, of which `line` is the line that is waited for. */
function gatherSource(source: usize, line: usize, lineSets: i32, result: usize): void {
  const pattern = get(source, Source.PATTERN) & ~Pattern.DECREASING;
  const table = getAddress(source, Source.ALONG);
  const vectors = get(source, Source.RUN) & ~3;
  const end = result + ((<usize>vectors) << 2);
  let done = vectors;
  if (pattern === Pattern.CONTIGUOUS || pattern === Pattern.IDENTITY) {
    raiseContiguous(result, end, line + ((<usize>at(table, 0)) << 2));
  } else if (pattern === Pattern.STRIDE_2) {
    raiseStride2(result, end, line + ((<usize>at(table, 0)) << 2));
  } else if (pattern === Pattern.DOUBLED) {
    raiseDoubled(result, end, line + ((<usize>at(table, 0)) << 2));
  } else {
    done = 0;
  }
  for (let x = done; x < lineSets; x++) {
    const entry = at(table, x);
    if (entry < 0) continue;
    const set = result + ((<usize>x) << 2);
    store<i32>(set, max(load<i32>(set), load<i32>(line + ((<usize>entry) << 2))));
  }
}

function raise(result: usize, times: v128): void {
  v128.store(result, i32x4.max_s(v128.load(result), times));
}

function raiseContiguous(result: usize, end: usize, times: usize): void {
  for (; result < end; result += 16, times += 16) raise(result, v128.load(times));
}

function raiseStride2(result: usize, end: usize, times: usize): void {
  for (; result < end; result += 16, times += 32) {
    raise(result, v128.shuffle<i32>(v128.load(times), v128.load(times, 16), 0, 2, 4, 6));
  }
}

function raiseDoubled(result: usize, end: usize, times: usize): void {
  for (; result < end; result += 16, times += 8) {
    const pair = v128.load(times);
    raise(result, v128.shuffle<i32>(pair, pair, 0, 0, 1, 1));
  }
}
