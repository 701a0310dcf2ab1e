/** Rounds by themselves, for the choice of rounds: in `barrier` none depends on those before it but by when it begins. */

import { get, getAddress, set } from '../kernel/memory';
import { forgetTimes, MAX_EXACT, mostInferences, scheduleSlices, sliceAt, sliceCount } from './groups';
import { Layer, Slice } from './layout';
import { layerAt, layerCount } from './problem';
import { beginRound } from './writer';

/** Takes slice `i`, and joins up to the next one, as finished before the start, so that rounds behind it begin anew. */
export function forgetSlice(i: i32): void {
  const slice = sliceAt(i);
  const next = i + 1 < sliceCount() ? get(sliceAt(i + 1), Slice.LAYER) : layerCount();
  forgetTimes(layerAt(get(slice, Slice.LAYER)), getAddress(slice, Slice.TIMES));
  for (let index = i === 0 ? 0 : get(slice, Slice.LAYER); index < next; index++) {
    const layer = layerAt(index);
    if (get(layer, Layer.IS_STORED)) forgetTimes(layer, getAddress(layer, Layer.FIRST_TIMES));
  }
}

/**
 * The makespan of a round of the slices from `first` to `end`, whose weights are written when it begins or before; all
 * slices before it have to be forgotten. As soon as it is known to be more than `limit`, infinity.
 */
export function roundCycles(first: i32, end: i32, isWritten: bool, limit: f64): f64 {
  beginRound(0, isWritten);
  const round = get(sliceAt(first), Slice.ROUND);
  for (let i = first; i < end; i++) set(sliceAt(i), Slice.ROUND, round);
  const latest = <f64>(
    scheduleSlices(first, end, mostInferences(), true, isWritten, <i64>min(limit, MAX_EXACT))
  );
  return latest > limit ? Infinity : latest;
}
