/**
 * Drops sources that need not be waited for, because another source waits for them already: the skip of a
 * residual block is behind the block's last convolution, which has waited for it through all the others.
 * Most joins of real networks are down to one source then.
 */
import {
  LAYER_SET_COLUMNS,
  LAYER_SET_ROWS,
  LAYER_SOURCE_COUNT,
  LAYER_SOURCES,
  SOURCE_COLUMNS,
  SOURCE_COLUMNS_FULL,
  SOURCE_LAYER,
  SOURCE_ROWS,
  SOURCE_ROWS_FULL,
  SOURCE_WORDS,
} from './layout';
import { get, getAddress, mark, release, set } from './memory';
import { layerAt } from './problem';
import { newSource, newSources, sourceAt } from './sources';
import { chain, covers, greater } from './tables';

/** How many layers a path that makes a source superfluous is followed back … */
const MAX_DEPTH = 12;
/** … and how many layers are looked at for one layer, so that the search stays cheap. */
const MAX_VISITS = 200;

let visits = 0;

/** Removes the superfluous ones of the sources of `layer`, which are by its sets. */
export function prune(layer: usize): void {
  const rows = get(layer, LAYER_SET_ROWS);
  const columns = get(layer, LAYER_SET_COLUMNS);
  const sources = getAddress(layer, LAYER_SOURCES);
  let count = get(layer, LAYER_SOURCE_COUNT);
  visits = 0;
  for (let j = count - 1; j >= 0; j--) {
    const target = sourceAt(sources, j);
    for (let i = 0; i < count; i++) {
      if (i === j) continue;
      const source = sourceAt(sources, i);
      if (merge(source, target, rows, columns) || isBehind(source, target, rows, columns, 0)) {
        count--;
        memory.copy(target, sourceAt(sources, j + 1), <usize>(count - j) * (SOURCE_WORDS << 2));
        break;
      }
    }
  }
  store<i32>(layer + (LAYER_SOURCE_COUNT << 2), count);
}

/**
 * Takes `target` into `source` where both are of the same layer and wait for the same in one direction: what
 * is waited for in the other one is then the later of both. Without it, layers that add a map to itself,
 * shuffled, would double their sources one after another.
 */
function merge(source: usize, target: usize, rows: i32, columns: i32): bool {
  if (get(source, SOURCE_LAYER) !== get(target, SOURCE_LAYER)) return false;
  if (isSame(source, target, SOURCE_COLUMNS, columns)) raise(source, target, SOURCE_ROWS, rows);
  else if (isSame(source, target, SOURCE_ROWS, rows)) raise(source, target, SOURCE_COLUMNS, columns);
  else return false;
  return true;
}

/** True where both tables of a direction, of which `word` is the first, are the same. */
function isSame(source: usize, target: usize, word: i32, length: i32): bool {
  return (
    coversTable(source, target, word, length) &&
    coversTable(target, source, word, length) &&
    coversTable(source, target, word + 1, length) &&
    coversTable(target, source, word + 1, length)
  );
}

/** Raises both tables of a direction to those of `target`; what was one table for both stays one. */
function raise(source: usize, target: usize, word: i32, length: i32): void {
  const last = getAddress(source, word);
  const full = getAddress(source, word + 1);
  const targetLast = getAddress(target, word);
  const targetFull = getAddress(target, word + 1);
  const raised = greater(last, targetLast, length);
  const isOneTable = full === last && targetFull === targetLast;
  set(source, word, <i32>raised);
  set(source, word + 1, <i32>(isOneTable ? raised : greater(full, targetFull, length)));
}

/** True where whoever waits for `source`, `depth` layers back, has waited for `target`. */
function isBehind(source: usize, target: usize, rows: i32, columns: i32, depth: i32): bool {
  const index = get(source, SOURCE_LAYER);
  const targetIndex = get(target, SOURCE_LAYER);
  if (index === targetIndex) return coversSource(source, target, rows, columns);
  if (index < targetIndex || depth === MAX_DEPTH) return false;
  const layer = layerAt(index);
  const before = getAddress(layer, LAYER_SOURCES);
  for (let i = 0; i < get(layer, LAYER_SOURCE_COUNT); i++) {
    const next = sourceAt(before, i);
    if (get(next, SOURCE_LAYER) < targetIndex) continue;
    if (++visits > MAX_VISITS) return false;
    const start = mark();
    const result = isBehind(through(source, next, rows, columns), target, rows, columns, depth + 1);
    release(start);
    if (result) return true;
  }
  return false;
}

/** What is waited for in `next` by whoever waits for `source`, a layer that waits for `next`. */
function through(source: usize, next: usize, rows: i32, columns: i32): usize {
  const result = newSources(1);
  const rowsLast = throughTable(source, SOURCE_ROWS, next, SOURCE_ROWS, rows);
  const columnsLast = throughTable(source, SOURCE_COLUMNS, next, SOURCE_COLUMNS, columns);
  const sameRows = getAddress(next, SOURCE_ROWS) === getAddress(next, SOURCE_ROWS_FULL);
  const sameColumns = getAddress(next, SOURCE_COLUMNS) === getAddress(next, SOURCE_COLUMNS_FULL);
  newSource(
    result,
    get(next, SOURCE_LAYER),
    rowsLast,
    sameRows ? rowsLast : throughTable(source, SOURCE_ROWS, next, SOURCE_ROWS_FULL, rows),
    columnsLast,
    sameColumns ? columnsLast : throughTable(source, SOURCE_COLUMNS, next, SOURCE_COLUMNS_FULL, columns),
  );
  return result;
}

/** `word` is followed by the word of the full table, which is waited for as well. */
function throughTable(source: usize, word: i32, next: usize, nextWord: i32, length: i32): usize {
  const last = getAddress(source, word);
  const full = getAddress(source, word + 1);
  const table = getAddress(next, nextWord);
  const throughLast = chain(last, table, length);
  return full === last ? throughLast : greater(throughLast, chain(full, table, length), length);
}

function coversSource(source: usize, target: usize, rows: i32, columns: i32): bool {
  return (
    coversTable(source, target, SOURCE_ROWS, rows) &&
    coversTable(source, target, SOURCE_ROWS_FULL, rows) &&
    coversTable(source, target, SOURCE_COLUMNS, columns) &&
    coversTable(source, target, SOURCE_COLUMNS_FULL, columns)
  );
}

function coversTable(source: usize, target: usize, word: i32, length: i32): bool {
  return covers(getAddress(source, word), getAddress(target, word), length);
}
