/** Lines of sets, and how tables run along them, so that the hot loops can read whole vectors. */
import {
  LAYER_IS_BASE,
  LAYER_LINE_SETS,
  LAYER_LINES,
  LAYER_SET_COLUMNS,
  LAYER_SET_ROWS,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  PATTERN_ANY,
  PATTERN_CONTIGUOUS,
  PATTERN_DECREASING,
  PATTERN_DOUBLED,
  PATTERN_IDENTITY,
  PATTERN_STRIDE_2,
  SOURCE_ALONG,
  SOURCE_COLUMNS,
  SOURCE_LAYER,
  SOURCE_LINES,
  SOURCE_PATTERN,
  SOURCE_ROWS,
  SOURCE_RUN,
} from './layout';
import { get, getAddress, set } from './memory';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at, isIncreasing } from './tables';

/** Finds the lines of a stored layer, and the pattern of each of its sources along them. */
export function classifyLines(layer: usize): void {
  const isColumn = isOneColumn(layer);
  const rows = get(layer, LAYER_SET_ROWS);
  const lines = isColumn ? 1 : rows;
  const lineSets = isColumn ? rows : get(layer, LAYER_SET_COLUMNS);
  set(layer, LAYER_LINES, lines);
  set(layer, LAYER_LINE_SETS, lineSets);
  const sources = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    set(source, SOURCE_LINES, get(source, isColumn ? SOURCE_COLUMNS : SOURCE_ROWS));
    set(source, SOURCE_ALONG, get(source, isColumn ? SOURCE_ROWS : SOURCE_COLUMNS));
    classify(source, lines, lineSets);
  }
}

/** True where the layer and all that it waits for have one column of sets, as with sets of a row. */
function isOneColumn(layer: usize): bool {
  if (get(layer, LAYER_SET_COLUMNS) !== 1) return false;
  const sources = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    if (get(layerAt(get(sourceAt(sources, i), SOURCE_LAYER)), LAYER_SET_COLUMNS) !== 1) return false;
  }
  return true;
}

function classify(source: usize, lines: i32, lineSets: i32): void {
  const table = getAddress(source, SOURCE_ALONG);
  let pattern = PATTERN_ANY;
  let run = 0;
  if (at(table, 0) >= 0) {
    pattern = PATTERN_CONTIGUOUS;
    run = runLength(table, lineSets, 2, 2);
    const stride2 = runLength(table, lineSets, 4, 2);
    const doubled = runLength(table, lineSets, 1, 2);
    if (stride2 > run) {
      pattern = PATTERN_STRIDE_2;
      run = stride2;
    }
    if (doubled > run) {
      pattern = PATTERN_DOUBLED;
      run = doubled;
    }
    const isWhole = pattern === PATTERN_CONTIGUOUS && run === lineSets && at(table, 0) === 0;
    const from = layerAt(get(source, SOURCE_LAYER));
    // The times of a join never decrease along a line, but may from the end of one to the start of the next.
    if (isWhole && get(from, LAYER_IS_BASE) && lineSets === get(from, LAYER_SET_COLUMNS)) {
      const lineTable = getAddress(source, SOURCE_LINES);
      if (at(lineTable, 0) === 0 && runLength(lineTable, lines, 2, 2) === lines) pattern = PATTERN_IDENTITY;
    }
  }
  if (!isIncreasing(table, lineSets)) pattern |= PATTERN_DECREASING;
  set(source, SOURCE_PATTERN, pattern);
  set(source, SOURCE_RUN, run);
}

/** Number of leading entries that are `first + floor(x · numerator / denominator)`. */
function runLength(table: usize, length: i32, numerator: i32, denominator: i32): i32 {
  const first = at(table, 0);
  let x = 0;
  while (x < length && at(table, x) === first + (x * numerator) / denominator) x++;
  return x;
}
