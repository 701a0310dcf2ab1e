/**
 * Numbers over time, in at most so many bins however long it takes: where time runs past the last bin, all of them become
 * twice as wide. A series is a number for each bin; the bins of all series are the same. The numbers are whole, and floats of 64
 * bits: exact up to 2^53, as whatever the host reads. A series is known by the address of its numbers.
 */
import { allocateZeros, get, getAddress, set } from './memory';

/** What lies in front of the numbers, in words before them: the next series, and 1 for peaks, 0 for sums. */
enum Series {
  NEXT = -4,
  IS_PEAK = -3,
}
const FRONT: usize = 16;

/** How many bins there may be, an even number; 0 where nothing is kept. */
let capacity = 0;
/** A bin has 2^shift cycles. */
let shift: i64 = 0;
let first: usize = 0;

/** Drops all series. From now on there may be so many bins, an even number; 0: nothing is kept. */
export function resetBins(most: i32): void {
  capacity = most;
  shift = 0;
  first = 0;
}

/** False where nothing is kept, and no series may be made. */
export function hasBins(): bool {
  return capacity !== 0;
}

/** Cycles of a bin. */
export function binCycles(): i64 {
  return (<i64>1) << shift;
}

/** A series of sums, or of peaks, that is 0 everywhere. */
export function newSeries(isPeak: bool): usize {
  const series = allocateZeros(FRONT + ((<u64>capacity) << 3)) + FRONT;
  set(series, Series.NEXT, <i32>first);
  set(series, Series.IS_PEAK, isPeak ? 1 : 0);
  first = series;
  return series;
}

/** Adds to the sum of the bin that a cycle is in. */
export function addAt(sums: usize, at: i64, amount: f64): void {
  reach(at);
  add(sums, at >> shift, amount);
}

/** Adds an amount for each cycle from one up to another, without the latter. */
export function addSpan(sums: usize, from: i64, until: i64, amount: f64): void {
  if (from >= until) return;
  reach(until - 1);
  const last = (until - 1) >> shift;
  for (let bin = from >> shift; bin < last; bin++) {
    const end = (bin + 1) << shift;
    add(sums, bin, <f64>(end - from) * amount);
    from = end;
  }
  add(sums, last, <f64>(until - from) * amount);
}

/** Something was so large in a cycle. */
export function raiseAt(peaks: usize, at: i64, value: f64): void {
  reach(at);
  raise(peaks, at >> shift, value);
}

/** Something was so large from a cycle up to another, without the latter. */
export function raiseSpan(peaks: usize, from: i64, until: i64, value: f64): void {
  if (from >= until) return;
  reach(until - 1);
  const last = (until - 1) >> shift;
  for (let bin = from >> shift; bin <= last; bin++) raise(peaks, bin, value);
}

/**
 * Time ends at a cycle. Bins are the cycles before it, so what happened in it, where that would be a bin of its own, is
 * taken into the bin before.
 */
export function closeBins(end: i64): void {
  reach(end);
  const bin = end >> shift;
  if (end === 0 || bin << shift !== end) return;
  for (let series = first; series !== 0; series = getAddress(series, Series.NEXT)) {
    store<f64>(valueAt(series, bin - 1), together(series, bin - 1));
  }
}

/** Makes bins wide enough for a cycle. */
function reach(at: i64): void {
  while (at >> shift >= <i64>capacity) {
    shift++;
    for (let series = first; series !== 0; series = getAddress(series, Series.NEXT)) halve(series);
  }
}

/** Every two bins become one. */
function halve(series: usize): void {
  const left = capacity >> 1;
  for (let bin = 0; bin < left; bin++) {
    store<f64>(valueAt(series, bin), together(series, 2 * bin));
  }
  memory.fill(valueAt(series, left), 0, (<usize>left) << 3);
}

/** What a bin and the one behind it are together. */
function together(series: usize, bin: i64): f64 {
  const one = load<f64>(valueAt(series, bin));
  const other = load<f64>(valueAt(series, bin + 1));
  return get(series, Series.IS_PEAK) ? max(one, other) : one + other;
}

function add(sums: usize, bin: i64, amount: f64): void {
  const address = valueAt(sums, bin);
  store<f64>(address, load<f64>(address) + amount);
}

function raise(peaks: usize, bin: i64, value: f64): void {
  const address = valueAt(peaks, bin);
  if (value > load<f64>(address)) store<f64>(address, value);
}

function valueAt(series: usize, bin: i64): usize {
  return series + ((<usize>bin) << 3);
}
