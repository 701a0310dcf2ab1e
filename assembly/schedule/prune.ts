/**
 * Drops sources that need not be waited for, because another source waits for them already: the skip of a
 * residual block is behind the block's last convolution, which has waited for it through all the others.
 * Most joins of real networks are down to one source then.
 */

import { get, getAddress, mark, release, set } from '../kernel/memory';
import { Layer, Source } from './layout';
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
  const rows = get(layer, Layer.SET_ROWS);
  const columns = get(layer, Layer.SET_COLUMNS);
  const sources = getAddress(layer, Layer.SOURCES);
  let count = get(layer, Layer.SOURCE_COUNT);
  visits = 0;
  for (let j = count - 1; j >= 0; j--) {
    const target = sourceAt(sources, j);
    for (let i = 0; i < count; i++) {
      if (i === j) continue;
      const source = sourceAt(sources, i);
      if (merge(source, target, rows, columns) || isBehind(source, target, rows, columns, 0)) {
        count--;
        memory.copy(target, sourceAt(sources, j + 1), <usize>(count - j) * (Source.WORDS << 2));
        break;
      }
    }
  }
  store<i32>(layer + (Layer.SOURCE_COUNT << 2), count);
}

/**
 * Takes `target` into `source` where both are of the same layer and wait for the same in one direction: what
 * is waited for in the other one is then the later of both. Without it, layers that add a map to itself,
 * shuffled, would double their sources one after another.
 */
function merge(source: usize, target: usize, rows: i32, columns: i32): bool {
  if (get(source, Source.LAYER) !== get(target, Source.LAYER)) return false;
  if (isSame(source, target, Source.COLUMNS, columns)) raise(source, target, Source.ROWS, rows);
  else if (isSame(source, target, Source.ROWS, rows)) raise(source, target, Source.COLUMNS, columns);
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
  const index = get(source, Source.LAYER);
  const targetIndex = get(target, Source.LAYER);
  if (index === targetIndex) return coversSource(source, target, rows, columns);
  if (index < targetIndex || depth === MAX_DEPTH) return false;
  const layer = layerAt(index);
  const before = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const next = sourceAt(before, i);
    if (get(next, Source.LAYER) < targetIndex) continue;
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
  const rowsLast = throughTable(source, Source.ROWS, next, Source.ROWS, rows);
  const columnsLast = throughTable(source, Source.COLUMNS, next, Source.COLUMNS, columns);
  const sameRows = getAddress(next, Source.ROWS) === getAddress(next, Source.ROWS_FULL);
  const sameColumns = getAddress(next, Source.COLUMNS) === getAddress(next, Source.COLUMNS_FULL);
  newSource(
    result,
    get(next, Source.LAYER),
    rowsLast,
    sameRows ? rowsLast : throughTable(source, Source.ROWS, next, Source.ROWS_FULL, rows),
    columnsLast,
    sameColumns ? columnsLast : throughTable(source, Source.COLUMNS, next, Source.COLUMNS_FULL, columns),
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
    coversTable(source, target, Source.ROWS, rows) &&
    coversTable(source, target, Source.ROWS_FULL, rows) &&
    coversTable(source, target, Source.COLUMNS, columns) &&
    coversTable(source, target, Source.COLUMNS_FULL, columns)
  );
}

function coversTable(source: usize, target: usize, word: i32, length: i32): bool {
  return covers(getAddress(source, word), getAddress(target, word), length);
}
