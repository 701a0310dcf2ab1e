/** Lines of sets, and how tables run along them, so that the hot loops can read whole vectors. */

import { get, getAddress, set } from '../kernel/memory';
import { Layer, Pattern, Source } from './layout';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at, isIncreasing } from './tables';

/** Finds the lines of a stored layer, and the pattern of each of its sources along them. */
export function classifyLines(layer: usize): void {
  const isColumn = isOneColumn(layer);
  const rows = get(layer, Layer.SET_ROWS);
  const lines = isColumn ? 1 : rows;
  const lineSets = isColumn ? rows : get(layer, Layer.SET_COLUMNS);
  set(layer, Layer.LINES, lines);
  set(layer, Layer.LINE_SETS, lineSets);
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    set(source, Source.LINES, get(source, isColumn ? Source.COLUMNS : Source.ROWS));
    set(source, Source.ALONG, get(source, isColumn ? Source.ROWS : Source.COLUMNS));
    classify(source, lines, lineSets);
  }
}

/** True where the layer and all that it waits for have one column of sets, as with sets of a row. */
function isOneColumn(layer: usize): bool {
  if (get(layer, Layer.SET_COLUMNS) !== 1) return false;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    if (get(layerAt(get(sourceAt(sources, i), Source.LAYER)), Layer.SET_COLUMNS) !== 1) return false;
  }
  return true;
}

function classify(source: usize, lines: i32, lineSets: i32): void {
  const table = getAddress(source, Source.ALONG);
  let pattern = Pattern.ANY;
  let run = 0;
  if (at(table, 0) >= 0) {
    pattern = Pattern.CONTIGUOUS;
    run = runLength(table, lineSets, 2);
    if (run < lineSets) {
      const stride2 = runLength(table, lineSets, 4);
      const doubled = runLength(table, lineSets, 1);
      if (stride2 > run) {
        pattern = Pattern.STRIDE_2;
        run = stride2;
      }
      if (doubled > run) {
        pattern = Pattern.DOUBLED;
        run = doubled;
      }
    } else if (at(table, 0) === 0 && isIdentity(source, lines, lineSets)) pattern = Pattern.IDENTITY;
  }
  if (run < lineSets && !isIncreasing(table, lineSets)) pattern |= Pattern.DECREASING;
  set(source, Source.PATTERN, pattern);
  set(source, Source.RUN, run);
}

/** True where lines that are contiguous from the first set on are so one after the other, and what is waited for lies like them. */
function isIdentity(source: usize, lines: i32, lineSets: i32): bool {
  const from = layerAt(get(source, Source.LAYER));
  // The times of a join never decrease along a line, but may from the end of one to the start of the next.
  if (!get(from, Layer.IS_BASE) || lineSets !== get(from, Layer.LINE_SETS)) return false;
  const lineTable = getAddress(source, Source.LINES);
  return at(lineTable, 0) === 0 && runLength(lineTable, lines, 2) === lines;
}

/** Number of leading entries that are `first + floor(x · halves / 2)`. */
function runLength(table: usize, length: i32, halves: i32): i32 {
  const first = at(table, 0);
  let x = 0;
  while (x < length && at(table, x) === first + ((x * halves) >> 1)) x++;
  return x;
}
