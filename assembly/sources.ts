/** Records of sources: what a layer waits for (see layout.ts). */
import {
  SOURCE_COLUMNS,
  SOURCE_COLUMNS_FULL,
  SOURCE_LAYER,
  SOURCE_ROWS,
  SOURCE_ROWS_FULL,
  SOURCE_WORDS,
} from './layout';
import { allocate, getAddress, set } from './memory';

/** Room for `count` records. */
export function newSources(count: i32): usize {
  return allocate(<u64>count * (SOURCE_WORDS << 2));
}

/** Record `i` of those at `sources`. */
export function sourceAt(sources: usize, i: i32): usize {
  return sources + <usize>i * (SOURCE_WORDS << 2);
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
  set(source, SOURCE_LAYER, layer);
  set(source, SOURCE_ROWS, <i32>rows);
  set(source, SOURCE_ROWS_FULL, <i32>rowsFull);
  set(source, SOURCE_COLUMNS, <i32>columns);
  set(source, SOURCE_COLUMNS_FULL, <i32>columnsFull);
}

/** True where no set of the source is cut, so that the last one of a rectangle is its latest. */
export function isUniform(source: usize): bool {
  return (
    getAddress(source, SOURCE_ROWS) === getAddress(source, SOURCE_ROWS_FULL) &&
    getAddress(source, SOURCE_COLUMNS) === getAddress(source, SOURCE_COLUMNS_FULL)
  );
}
