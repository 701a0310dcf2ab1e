/** Times of sets in memory: in 32 bits where all fit and in 64 otherwise (`wide`), one behind the other or as templates. */

import { allocate, clear, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { Layer, LayerWide, Line } from './layout';
import { lineAt } from './line';
import { blockBytes } from './templates';

/** Times for which there is room between blocks, at most. */
const MOST_UNUSED: u64 = 32;

/** log2 of the bytes of a time. */
export function timeBits(wide: bool): usize {
  return wide ? 3 : 2;
}

/** The time at an address. */
export function loadTime(address: usize, wide: bool): i64 {
  return wide ? load<i64>(address) : <i64>load<i32>(address);
}

/** Sets the time at an address. */
export function storeTime(address: usize, time: i64, wide: bool): void {
  if (wide) store<i64>(address, time);
  else store<i32>(address, <i32>time);
}

/** Number of sets of a base layer, or of times of a stored join. */
export function setCount(layer: usize): i32 {
  return get(layer, Layer.SET_ROWS) * get(layer, Layer.SET_COLUMNS);
}

/** Address of the first time of a layer, behind as many zeros as it has copies; of a layer with templates, of its block. */
export function allocateTimes(layer: usize, wide: bool): usize {
  if (get(layer, Layer.HAS_TEMPLATES)) return allocate(blockBytes(layer));
  const copies = get(layer, Layer.IS_BASE) ? get(layer, Layer.COPIES) : 0;
  return allocateSets(setCount(layer), copies, wide);
}

/** The most bytes that times in 32 bits of a stored layer take one behind the other. */
export function flatBytes(layer: usize): u64 {
  const copies = get(layer, Layer.IS_BASE) ? <u64>get(layer, Layer.COPIES) : 0;
  return (<u64>setCount(layer) + copies + MOST_UNUSED) << 2;
}

/** Address of the first of so many times, behind as many zeros as there are copies. */
export function allocateSets(count: u64, copies: i32, wide: bool): usize {
  const zeros = ((<u64>copies + 3) & ~3) << timeBits(wide);
  const address = allocate(zeros + (count << timeBits(wide)));
  clear(address, <usize>zeros);
  return address + <usize>zeros;
}

/** Address of the time of a layer's first set, which is LATER cycles later than it says there. */
export function firstTime(layer: usize): usize {
  return firstTimeOf(layer, getAddress(layer, Layer.TIMES));
}

/** As {@link firstTime}, where `times` are the TIMES. */
export function firstTimeOf(layer: usize, times: usize): usize {
  return get(layer, Layer.HAS_TEMPLATES) ? getAddress(lineAt(times, 0), Line.TEMPLATE) : times;
}

/** The time of the set in a row and a column of a stored layer. */
export function timeOf(layer: usize, row: i32, column: i32, wide: bool): i64 {
  const times = getAddress(layer, Layer.TIMES);
  const later = <i64>get(layer, Layer.LATER);
  if (get(layer, Layer.HAS_TEMPLATES)) return later + lineTime(times, row, column);
  const index = <usize>row * get(layer, Layer.SET_COLUMNS) + column;
  return later + loadTime(times + (index << timeBits(wide)), wide);
}

/** The time of column `column` of a line of a layer with templates, of which `times` are the TIMES. */
function lineTime(times: usize, line: i32, column: i32): i32 {
  const record = lineAt(times, line);
  const time = getAddress(record, Line.TEMPLATE) + ((<usize>column) << 2);
  return load<i32>(time) + get(record, Line.LATER);
}

/** Writes all times of a layer one behind the other to `to`, behind which is room for a vector. */
export function writeTimes(layer: usize, to: usize): void {
  const sets = get(layer, Layer.SET_COLUMNS);
  let from = getAddress(layer, Layer.TIMES);
  for (let l = 0; l < get(layer, Layer.SET_ROWS); l++) {
    let later = get(layer, Layer.LATER);
    if (get(layer, Layer.HAS_TEMPLATES)) {
      const record = lineAt(getAddress(layer, Layer.TIMES), l);
      from = getAddress(record, Line.TEMPLATE);
      later += get(record, Line.LATER);
    }
    const by = i32x4.splat(later);
    const bytes = (<usize>sets) << 2;
    for (let p: usize = 0; p < bytes; p += 16) v128.store(to + p, i32x4.add(v128.load(from + p), by));
    to += bytes;
    from += bytes;
  }
}

/** Lets a layer share the times of another one, `by` cycles later. */
export function takeTimes(layer: usize, other: usize, by: i32): void {
  set(layer, Layer.TIMES, get(other, Layer.TIMES));
  set(layer, Layer.HAS_TEMPLATES, get(other, Layer.HAS_TEMPLATES));
  set(layer, Layer.LATER, get(other, Layer.LATER) + by);
  setWide(layer, LayerWide.START, getWide(other, LayerWide.START) + by);
  setWide(layer, LayerWide.END, getWide(other, LayerWide.END) + by);
}
