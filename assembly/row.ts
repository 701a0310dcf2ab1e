/** Gathers what a row of sets waits for: per set the latest of the one last set of each source. */
import {
  LAYER_SET_COLUMNS,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  LAYER_TIMES,
  PATTERN_CONTIGUOUS,
  PATTERN_DECREASING,
  PATTERN_DOUBLED,
  PATTERN_IDENTITY,
  PATTERN_STRIDE_2,
  SOURCE_COLUMNS,
  SOURCE_LAYER,
  SOURCE_PATTERN,
  SOURCE_ROWS,
  SOURCE_RUN,
} from './layout';
import { get, getAddress } from './memory';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at } from './tables';

/** Writes the times of row `r` of a layer to `result`; up to three words behind the row are overwritten. */
export function gatherRow(layer: usize, r: i32, result: usize): void {
  const columns = get(layer, LAYER_SET_COLUMNS);
  const sources = getAddress(layer, LAYER_SOURCES);
  memory.fill(result, 0, (<usize>columns) << 2);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    const row = at(getAddress(source, SOURCE_ROWS), r);
    if (row < 0) continue;
    const from = layerAt(get(source, SOURCE_LAYER));
    const rowBytes = (<usize>get(from, LAYER_SET_COLUMNS)) << 2;
    gatherSource(source, getAddress(from, LAYER_TIMES) + <usize>row * rowBytes, columns, result);
  }
}

/** Raises `result` to the times of one source, of which `row` is the row that is waited for. */
function gatherSource(source: usize, row: usize, columns: i32, result: usize): void {
  const pattern = get(source, SOURCE_PATTERN) & ~PATTERN_DECREASING;
  const table = getAddress(source, SOURCE_COLUMNS);
  const vectors = get(source, SOURCE_RUN) & ~3;
  const end = result + ((<usize>vectors) << 2);
  let done = vectors;
  if (pattern === PATTERN_CONTIGUOUS || pattern === PATTERN_IDENTITY) {
    raiseContiguous(result, end, row + ((<usize>at(table, 0)) << 2));
  } else if (pattern === PATTERN_STRIDE_2) {
    raiseStride2(result, end, row + ((<usize>at(table, 0)) << 2));
  } else if (pattern === PATTERN_DOUBLED) {
    raiseDoubled(result, end, row + ((<usize>at(table, 0)) << 2));
  } else {
    done = 0;
  }
  for (let c = done; c < columns; c++) {
    const column = at(table, c);
    if (column < 0) continue;
    const set = result + ((<usize>c) << 2);
    store<i32>(set, max(load<i32>(set), load<i32>(row + ((<usize>column) << 2))));
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
