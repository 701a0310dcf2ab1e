/**
 * Which layers are scheduled line by line, each as a template and how much later it is (templates.ts): those with lines
 * that are long enough to be worth it, and all that these wait for, since of others no two lines are known to be alike.
 */

import { get, getAddress, hasRoom, set } from '../kernel/memory';
import { Layer, Pattern, Source, Templates } from './layout';
import { layerAt, layerCount, templatesWanted } from './problem';
import { isUniform, sourceAt, sourceLayer } from './sources';
import { at } from './tables';
import { mostBlockBytes, mostCopiesInBlock } from './templates';
import { setCount } from './times';

/** A shorter line takes less time than looking for one that it repeats, and of fewer lines none is repeated often. */
const LEAST_SETS = 20;
const LEAST_LINES = 8;

let mayFill = false;

/** True where templates might fill the memory, with some copies: whoever schedules has to look what room there is. */
export function mayFillMemory(): bool {
  return mayFill;
}

/** Marks the layers of which lines are likely to repeat. */
export function chooseRepeating(): void {
  const wanted = templatesWanted();
  for (let index = 0; index < layerCount(); index++) {
    set(layerAt(index), Layer.IS_REPEATING, 0);
    set(layerAt(index), Layer.TEMPLATE_COPIES, 0);
  }
  if (wanted === Templates.NEVER) return;
  for (let index = layerCount() - 1; index >= 0; index--) {
    const layer = layerAt(index);
    if (!get(layer, Layer.IS_STORED) || !canRepeat(layer)) continue;
    if (wanted === Templates.ALWAYS || isLarge(layer)) set(layer, Layer.IS_REPEATING, 1);
    if (!get(layer, Layer.IS_REPEATING)) continue;
    set(layer, Layer.TEMPLATE_COPIES, mostCopiesInBlock(layer));
    markSources(layer);
  }
  mayFill = !hasRoom(mostBytes());
}

/** What the times of all layers take at most, with templates and without. */
function mostBytes(): u64 {
  let bytes: u64 = 0;
  for (let index = 0; index < layerCount(); index++) {
    const layer = layerAt(index);
    // In front of times are as many zeros as there are copies, which are no more than the sets.
    if (get(layer, Layer.IS_STORED)) bytes += mostBlockBytes(layer) + ((<u64>setCount(layer)) << 4);
  }
  return bytes;
}

function isLarge(layer: usize): bool {
  return get(layer, Layer.LINE_SETS) >= LEAST_SETS && get(layer, Layer.LINES) >= LEAST_LINES;
}

function markSources(layer: usize): void {
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const from = sourceLayer(layer, i);
    if (canRepeat(from)) set(from, Layer.IS_REPEATING, 1);
  }
}

/** True where nothing is cut, lines are rows, and no time is 0 because nothing is waited for, which does not shift. */
function canRepeat(layer: usize): bool {
  // Who waits for one column of sets may read it as one line.
  if (get(layer, Layer.SET_COLUMNS) < 2) return false;
  if (!get(layer, Layer.IS_UNIFORM)) return false;
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const source = sourceAt(sources, i);
    if (!isUniform(source)) return false;
    if (!get(layer, Layer.IS_BASE) && !isEverywhere(source, get(layer, Layer.LINE_SETS))) return false;
  }
  return true;
}

/** True where every set of a line waits for something in a source. */
function isEverywhere(source: usize, lineSets: i32): bool {
  const table = getAddress(source, Source.ALONG);
  if (!(get(source, Source.PATTERN) & Pattern.DECREASING)) return at(table, 0) >= 0;
  for (let x = 0; x < lineSets; x++) if (at(table, x) < 0) return false;
  return true;
}
