/**
 * What is used over time, in bins: copies of nodes, links, buffers, GPEUs. Only where the host asks for it. A series is made
 * when something is used for the first time, so that a large chip takes no more than is used of it.
 */
import { addAt, addSpan, binCycles, closeBins, hasBins, newSeries, raiseAt, raiseSpan } from '../kernel/bins';
import { now } from '../kernel/calendar';
import { getAddress, getWide, set, setWide } from '../kernel/memory';
import { Buffer, BufferWide, HeaderWide } from './layout';
import { setHeader } from './records';

/** Counts the cycles from one up to another, without the latter, in the bins of a word of a record. */
export function useFor(record: usize, word: i32, from: i64, until: i64): void {
  if (hasBins()) addSpan(seriesOf(record, word, false), from, until, 1);
}

/** Counts bits in the bin of a cycle. */
export function useAt(record: usize, word: i32, at: i64, bits: i64): void {
  if (hasBins()) addAt(seriesOf(record, word, false), at, <f64>bits);
}

/** Before what is in a buffer changes, and at the end: it has been there since it was noted last. */
export function noteHeld(buffer: usize): void {
  if (!hasBins()) return;
  const since = getWide(buffer, BufferWide.NOTED);
  const bits = getWide(buffer, BufferWide.BITS);
  setWide(buffer, BufferWide.NOTED, now());
  if (bits === 0 || since === now()) return;
  addSpan(seriesOf(buffer, Buffer.BIT_CYCLE_BINS, false), since, now(), <f64>bits);
  raiseSpan(seriesOf(buffer, Buffer.PEAK_BINS, true), since, now(), <f64>bits);
}

/** Room has been reserved in a buffer, which makes so many bits. */
export function noteReserved(buffer: usize, bits: i64): void {
  if (hasBins() && bits !== 0) raiseAt(seriesOf(buffer, Buffer.PEAK_BINS, true), now(), <f64>bits);
}

/** Nothing is left to happen, and all that is used has been noted. */
export function closeUse(): void {
  if (!hasBins()) return;
  closeBins(now());
  setHeader(HeaderWide.BIN_CYCLES, binCycles());
}

function seriesOf(record: usize, word: i32, isPeak: bool): usize {
  const known = getAddress(record, word);
  if (known !== 0) return known;
  const series = newSeries(isPeak);
  set(record, word, <i32>series);
  return series;
}
