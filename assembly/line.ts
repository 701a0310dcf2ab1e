/** Gathers what a line of sets waits for: per set the latest of the one last set of each source. */
import {
  LAYER_LINE_SETS,
  LAYER_SET_COLUMNS,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  LAYER_TIMES,
  PATTERN_CONTIGUOUS,
  PATTERN_DECREASING,
  PATTERN_DOUBLED,
  PATTERN_IDENTITY,
  PATTERN_STRIDE_2,
  SOURCE_ALONG,
  SOURCE_LAYER,
  SOURCE_LINES,
  SOURCE_PATTERN,
  SOURCE_RUN,
} from './layout';
import { get, getAddress } from './memory';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at } from './tables';

/** Writes the times of line `line` of a layer to `result`; up to three words behind it are overwritten. */
export function gatherLine(layer: usize, line: i32, result: usize): void {
  const lineSets = get(layer, LAYER_LINE_SETS);
  const sources = getAddress(layer, LAYER_SOURCES);
  memory.fill(result, 0, (<usize>lineSets) << 2);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const sourceLine = at(getAddress(source, SOURCE_LINES), line);
    if (sourceLine >= 0) gatherSource(source, lineOf(source, sourceLine), lineSets, result);
  }
}

/** Address of the times of a line of a source's layer; where lines are columns there is but one. */
export function lineOf(source: usize, line: i32): usize {
  const from = layerAt(get(source, SOURCE_LAYER));
  return getAddress(from, LAYER_TIMES) + ((<usize>line * get(from, LAYER_SET_COLUMNS)) << 2);
}

/** Raises `result` to the times of one source, of which `line` is the line that is waited for. */
function gatherSource(source: usize, line: usize, lineSets: i32, result: usize): void {
  const pattern = get(source, SOURCE_PATTERN) & ~PATTERN_DECREASING;
  const table = getAddress(source, SOURCE_ALONG);
  const vectors = get(source, SOURCE_RUN) & ~3;
  const end = result + ((<usize>vectors) << 2);
  let done = vectors;
  if (pattern === PATTERN_CONTIGUOUS || pattern === PATTERN_IDENTITY) {
    raiseContiguous(result, end, line + ((<usize>at(table, 0)) << 2));
  } else if (pattern === PATTERN_STRIDE_2) {
    raiseStride2(result, end, line + ((<usize>at(table, 0)) << 2));
  } else if (pattern === PATTERN_DOUBLED) {
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
