/** When the copies of a slice are ready to run, and when their PEs are free again. */

import { get, getAddress, getWide } from '../kernel/memory';
import { availableIn } from './inferences';
import { Layer, Slice, SliceWide } from './layout';
import { resultDelay } from './problem';
import { pixelsOf } from './schedule';
import { loadTime, setCount, storeTime, timeBits } from './times';
import { freeCopy, takesFreed, writeCopy } from './writer';

/**
 * Writes the copies of a slice, and puts when each is ready in front of its times, as if its last set before had
 * finished then; true where one is ready only after cycle 0. The copies are those in the layer's record, each of which
 * runs a set.
 */
export function fillReady(slice: usize, layer: usize, inferences: i32, wide: bool): bool {
  const copies = get(layer, Layer.COPIES);
  const pes = getWide(slice, SliceWide.PES);
  const sets = setCount(layer) * inferences;
  const front = frontOf(slice, layer, wide);
  // Copies that run one set only may free their PEs for copies behind them.
  const isOnce = takesFreed() && 2 * <i64>copies > sets;
  const delay = <i64>resultDelay();
  let latest: i64 = 0;
  let start: i64 = 0;
  for (let copy = 0; copy < copies; copy++) {
    const ready = writeCopy(pes);
    latest = max(latest, ready);
    storeTime(front + ((<usize>copy) << timeBits(wide)), ready + delay, wide);
    if (!isOnce) continue;
    start = max(start, max(ready, availableIn(layer, copy, wide)));
    if (copy >= sets - copies) freeCopy(start + pixelsOf(layer, copy % setCount(layer)) + delay, pes);
  }
  return latest > 0;
}

/** Frees the PEs of all copies that {@link fillReady} has not freed: those that run several sets. */
export function freeCopies(slice: usize, layer: usize, inferences: i32, wide: bool): void {
  if (!takesFreed()) return;
  const copies = get(layer, Layer.COPIES);
  const pes = getWide(slice, SliceWide.PES);
  const sets = setCount(layer) * inferences;
  const times = getAddress(slice, Slice.TIMES);
  for (let set = max(copies, sets - copies); set < sets; set++) {
    freeCopy(loadTime(times + ((<usize>set) << timeBits(wide)), wide), pes);
  }
}

function frontOf(slice: usize, layer: usize, wide: bool): usize {
  return getAddress(slice, Slice.TIMES) - ((<usize>get(layer, Layer.COPIES)) << timeBits(wide));
}
