/**
 * Tables of one direction: for every position (or set) of a layer the last row or column of sets of a
 * stored layer that it waits for, -1 for none. Reads compose along a path of non-base layers: what a
 * position waits for is the latest of what the positions that it reads wait for (spec.md section 4).
 */

import { allocate, get, mark, release } from '../kernel/memory';
import { ListReads, Reads, ReadsKind } from './layout';
import { listAt } from './problem';

/** Entry `i` of a table. */
export function at(table: usize, i: i32): i32 {
  return load<i32>(table + ((<usize>i) << 2));
}

function put(table: usize, i: i32, value: i32): void {
  store<i32>(table + ((<usize>i) << 2), value);
}

/** A table of `length` entries of undefined content. */
export function newTable(length: i32): usize {
  return allocate((<u64>length) << 2);
}

/** The table position -> set of a direction of `size` positions cut into sets of `setSize`. */
export function ownTable(size: i32, setSize: i32): usize {
  const table = newTable(size);
  for (let p = 0, s = 0, left = setSize; p < size; p++) {
    put(table, p, s);
    if (--left === 0) {
      s++;
      left = setSize;
    }
  }
  return table;
}

/** As {@link ownTable}, with -1 for the positions of a set that is cut. */
export function ownFullTable(size: i32, setSize: i32): usize {
  const table = ownTable(size, setSize);
  for (let p = size - (size % setSize); p < size; p++) put(table, p, -1);
  return table;
}

/** The greatest of the entries `first`, `first + step`, … up to `last`; -1 where there are none. */
function greatest(table: usize, first: i32, last: i32, step: i32): i32 {
  let result = -1;
  // What is left tells the end: where the step of an absurd file makes `i` wrap, nothing is left.
  for (let i = first, left = last - first; left >= 0; i += step, left -= step)
    result = max(result, at(table, i));
  return result;
}

function fill(length: i32, value: i32): usize {
  const table = newTable(length);
  for (let i = 0; i < length; i++) put(table, i, value);
  return table;
}

/**
 * What `outputSize` positions wait for that read, as the words at `reads` say, an input of `inputSize`
 * positions for which `table` says what they wait for.
 */
export function compose(reads: usize, outputSize: i32, inputSize: i32, table: usize): usize {
  const kind = get(reads, Reads.KIND);
  if (kind === ReadsKind.SAME && inputSize === outputSize) return table;
  if (kind === ReadsKind.ALL || (kind === ReadsKind.SAME && inputSize === 1)) {
    return fill(outputSize, greatest(table, 0, inputSize - 1, 1));
  }
  const result = newTable(outputSize);
  if (kind === ReadsKind.WINDOW) composeWindow(reads, outputSize, inputSize, table, result);
  else if (kind === ReadsKind.TRANSPOSED) composeTransposed(reads, outputSize, inputSize, table, result);
  else if (kind === ReadsKind.LIST) composeList(reads, outputSize, inputSize, table, result);
  else composeSame(outputSize, inputSize, table, result);
  return result;
}

/** Positions `p·stride - padding + i·dilation`, clipped. In 64 bits: strides of absurd files do not wrap. */
function composeWindow(reads: usize, outputSize: i32, inputSize: i32, table: usize, result: usize): void {
  const stride = <i64>get(reads, Reads.STRIDE);
  const dilation = <i64>get(reads, Reads.DILATION);
  const padding = <i64>get(reads, Reads.PADDING);
  const reach = <i64>(get(reads, Reads.KERNEL) - 1) * dilation;
  const end = <i64>inputSize - 1;
  // Then the last position of a window is what it waits for.
  const isSorted = isIncreasing(table, inputSize);
  const free = mark();
  const maxima = isSorted ? <usize>0 : spanMaxima(table, inputSize, <i32>dilation, get(reads, Reads.KERNEL));
  for (let p = 0; p < outputSize; p++) {
    let first = <i64>p * stride - padding;
    let last = first + reach;
    if (first < 0) first += ((-first + dilation - 1) / dilation) * dilation;
    if (last > end) last -= ((last - end + dilation - 1) / dilation) * dilation;
    if (isSorted) put(result, p, first > last ? -1 : at(table, <i32>last));
    else put(result, p, greatestOf(table, maxima, inputSize, first, last, <i32>dilation));
  }
  release(free);
}

/**
 * Positions `q` with `q·stride - padding + i·dilation = p` for some `0 <= i < kernel`: every `step`-th from a
 * first to a last one, since where one tap hits a position, so does the `tapStep`-th after it.
 */
function composeTransposed(reads: usize, outputSize: i32, inputSize: i32, table: usize, result: usize): void {
  const kernel = <i64>get(reads, Reads.KERNEL);
  const stride = <i64>get(reads, Reads.STRIDE);
  const dilation = <i64>get(reads, Reads.DILATION);
  const padding = <i64>get(reads, Reads.PADDING);
  const divisor = greatestCommonDivisor(stride, dilation);
  const tapStep = stride / divisor;
  const step = dilation / divisor;
  const inverse = inverseModulo(step, tapStep);
  const end = <i64>(inputSize - 1) * stride;
  const free = mark();
  const maxima = spanMaxima(table, inputSize, <i32>step, get(reads, Reads.KERNEL));
  for (let p = 0; p < outputSize; p++) {
    const reached = <i64>p + padding;
    let latest = -1;
    if (reached >= 0 && reached % divisor === 0) {
      // The taps that hit a position are `tap`, `tap + tapStep`, …
      const tap = (((reached / divisor) % tapStep) * inverse) % tapStep;
      const lastTap = min(kernel - 1, reached / dilation);
      const firstTap = reached > end ? max(tap, (reached - end + dilation - 1) / dilation) : tap;
      const first = (reached - (lastTap - ((lastTap - tap) % tapStep)) * dilation) / stride;
      const last =
        (reached - (firstTap + ((tapStep - ((firstTap - tap) % tapStep)) % tapStep)) * dilation) / stride;
      if (lastTap >= firstTap) latest = greatestOf(table, maxima, inputSize, first, last, <i32>step);
    }
    put(result, p, latest);
  }
  release(free);
}

function greatestCommonDivisor(a: i64, b: i64): i64 {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The `x` with `a·x = 1` modulo `modulus`, which have no common divisor; 0 where `modulus` is 1. */
function inverseModulo(a: i64, modulus: i64): i64 {
  let x: i64 = 0;
  let next: i64 = 1;
  let rest = modulus;
  for (let left = a % modulus; left > 0; ) {
    const quotient = rest / left;
    const newRest = rest - quotient * left;
    const newNext = x - quotient * next;
    x = next;
    next = newNext;
    rest = left;
    left = newRest;
  }
  return modulus === 1 ? 0 : (x + modulus) % modulus;
}

/** Windows of up to this many taps are looked through tap by tap. */
const MAX_TAPS = 16;

/**
 * For windows of many taps, the greatest of the entries `q`, `q + step`, …: of 2 for every `q`, then of 4, of
 * 8, … up to `taps`. Two of these overlap to any window, so time does not grow with its taps. 0 for few taps.
 */
function spanMaxima(table: usize, size: i32, step: i32, taps: i32): usize {
  const most = min(taps, (size - 1) / step + 1);
  if (most <= MAX_TAPS) return 0;
  const levels = 31 - clz(most);
  const maxima = allocate((<u64>levels * size) << 2);
  let before = table;
  for (let level = 1; level <= levels; level++) {
    const spans = maxima + ((<usize>(level - 1) * size) << 2);
    const half = step << (level - 1);
    for (let q = 0; q < size; q++)
      put(spans, q, q < size - half ? max(at(before, q), at(before, q + half)) : at(before, q));
    before = spans;
  }
  return maxima;
}

/** The greatest of the entries `first`, `first + step`, … `last`, with the help of {@link spanMaxima}. */
function greatestOf(table: usize, maxima: usize, size: i32, first: i64, last: i64, step: i32): i32 {
  if (first > last) return -1;
  if (maxima === 0) return greatest(table, <i32>first, <i32>last, step);
  const taps = (<i32>last - <i32>first) / step + 1;
  const level = 31 - clz(taps);
  if (level === 0) return at(table, <i32>first);
  const spans = maxima + ((<usize>(level - 1) * size) << 2);
  return max(at(spans, <i32>first), at(spans, <i32>last - ((1 << level) - 1) * step));
}

function composeList(reads: usize, outputSize: i32, inputSize: i32, table: usize, result: usize): void {
  const list = listAt(get(reads, ListReads.POSITIONS));
  const taps = get(reads, ListReads.TAPS);
  for (let p = 0, tap = 0; p < outputSize; p++) {
    let latest = -1;
    for (const end = tap + taps; tap < end; tap++) {
      const position = at(list, tap);
      if (position >= 0 && position < inputSize) latest = max(latest, at(table, position));
    }
    put(result, p, latest);
  }
}

/** The same position, where the input has as many; beyond its end nothing. */
function composeSame(outputSize: i32, inputSize: i32, table: usize, result: usize): void {
  for (let p = 0; p < outputSize; p++) put(result, p, p < inputSize ? at(table, p) : -1);
}

/** The table by sets of `setSize` entries each, the last one cut: the latest of what their positions wait for. */
export function bySets(table: usize, size: i32, setSize: i32): usize {
  if (setSize === 1) return table;
  const sets = (size + setSize - 1) / setSize;
  const result = newTable(sets);
  for (let s = 0; s < sets; s++) {
    put(result, s, greatest(table, s * setSize, min((s + 1) * setSize, size) - 1, 1));
  }
  return result;
}

/** True where no entry says that anything is waited for. */
export function isEmpty(table: usize, length: i32): bool {
  // Most often the last one says so.
  for (let i = length - 1; i >= 0; i--) if (at(table, i) >= 0) return false;
  return true;
}

/** True where entries never decrease. */
export function isIncreasing(table: usize, length: i32): bool {
  for (let i = 1; i < length; i++) if (at(table, i) < at(table, i - 1)) return false;
  return true;
}

/** True where no entry of `table` is smaller than that of `other`. */
export function covers(table: usize, other: usize, length: i32): bool {
  if (table === other) return true;
  for (let i = 0; i < length; i++) if (at(table, i) < at(other, i)) return false;
  return true;
}

/** `outer` after `inner`: the entry of `outer` at each entry of `inner`, -1 at -1. */
export function chain(inner: usize, outer: usize, length: i32): usize {
  const result = newTable(length);
  for (let i = 0; i < length; i++) {
    const position = at(inner, i);
    put(result, i, position < 0 ? -1 : at(outer, position));
  }
  return result;
}

/** The greater of two tables, entry by entry. */
export function greater(left: usize, right: usize, length: i32): usize {
  if (left === right) return left;
  const result = newTable(length);
  for (let i = 0; i < length; i++) put(result, i, max(at(left, i), at(right, i)));
  return result;
}
