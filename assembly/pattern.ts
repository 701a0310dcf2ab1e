/** How column tables run, so that the hot loops can read whole vectors of them. */
import {
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
  SOURCE_COLUMNS,
  SOURCE_LAYER,
  SOURCE_PATTERN,
  SOURCE_ROWS,
  SOURCE_RUN,
} from './layout';
import { get, getAddress, set } from './memory';
import { layerAt } from './problem';
import { sourceAt } from './sources';
import { at, isIncreasing } from './tables';

/** Finds the pattern of each source of a stored layer. */
export function classifyColumns(layer: usize): void {
  const rows = get(layer, LAYER_SET_ROWS);
  const columns = get(layer, LAYER_SET_COLUMNS);
  const sources = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) classify(sourceAt(sources, i), rows, columns);
}

function classify(source: usize, rows: i32, columns: i32): void {
  const table = getAddress(source, SOURCE_COLUMNS);
  let pattern = PATTERN_ANY;
  let run = 0;
  if (at(table, 0) >= 0) {
    pattern = PATTERN_CONTIGUOUS;
    run = runLength(table, columns, 2, 2);
    const stride2 = runLength(table, columns, 4, 2);
    const doubled = runLength(table, columns, 1, 2);
    if (stride2 > run) {
      pattern = PATTERN_STRIDE_2;
      run = stride2;
    }
    if (doubled > run) {
      pattern = PATTERN_DOUBLED;
      run = doubled;
    }
    const isWhole = pattern === PATTERN_CONTIGUOUS && run === columns && at(table, 0) === 0;
    if (isWhole && columns === get(layerAt(get(source, SOURCE_LAYER)), LAYER_SET_COLUMNS)) {
      const rowTable = getAddress(source, SOURCE_ROWS);
      if (at(rowTable, 0) === 0 && runLength(rowTable, rows, 2, 2) === rows) pattern = PATTERN_IDENTITY;
    }
  }
  if (!isIncreasing(table, columns)) pattern |= PATTERN_DECREASING;
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
