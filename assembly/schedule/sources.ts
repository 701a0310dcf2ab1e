/** Records of sources: what a layer waits for (see layout.ts). */

import { allocate, get, getAddress, set } from '../kernel/memory';
import { Layer, Source } from './layout';
import { layerAt } from './problem';

/** Room for `count` records. */
export function newSources(count: i32): usize {
  return allocate(<u64>count * (Source.WORDS << 2));
}

/** Record `i` of those at `sources`. */
export function sourceAt(sources: usize, i: i32): usize {
  return sources + <usize>i * (Source.WORDS << 2);
}

/** The layer that source `i` of a layer is. */
export function sourceLayer(layer: usize, i: i32): usize {
  return layerAt(get(sourceAt(getAddress(layer, Layer.SOURCES), i), Source.LAYER));
}

/** Writes a record. */
export function newSource(
  source: usize,
  layer: i32,
  rows: usize,
  rowsFull: usize,
  columns: usize,
  columnsFull: usize,
): void {
  set(source, Source.LAYER, layer);
  set(source, Source.ROWS, <i32>rows);
  set(source, Source.ROWS_FULL, <i32>rowsFull);
  set(source, Source.COLUMNS, <i32>columns);
  set(source, Source.COLUMNS_FULL, <i32>columnsFull);
}

/** True where no set of the source is cut, so that the last one of a rectangle is its latest. */
export function isUniform(source: usize): bool {
  return (
    getAddress(source, Source.ROWS) === getAddress(source, Source.ROWS_FULL) &&
    getAddress(source, Source.COLUMNS) === getAddress(source, Source.COLUMNS_FULL)
  );
}
