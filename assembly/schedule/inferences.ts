/** Times of several inferences, one behind the other: those of one of them are shown to whoever waits for them. */

import { get, getAddress, set } from '../kernel/memory';
import { Layer, Source } from './layout';
import { layerAt } from './problem';
import { available } from './schedule';
import { sourceAt } from './sources';
import { setCount, timeBits } from './times';

/** Address of the times of an inference of a layer behind those at `times`. */
export function timesOf(layer: usize, times: usize, inference: i32, wide: bool): usize {
  return times + ((<usize>inference * setCount(layer)) << timeBits(wide));
}

/** Lets all that a layer waits for show its times in one inference. */
export function showInference(layer: usize, inference: i32, wide: bool): void {
  const sources = getAddress(layer, Layer.SOURCES);
  for (let i = 0; i < get(layer, Layer.SOURCE_COUNT); i++) {
    const from = layerAt(get(sourceAt(sources, i), Source.LAYER));
    set(from, Layer.TIMES, <i32>timesOf(from, getAddress(from, Layer.FIRST_TIMES), inference, wide));
  }
}

/** When all that set `k` of a base layer waits for is finished, with the sets of all inferences counted together. */
export function availableIn(layer: usize, k: i32, wide: bool): i64 {
  const sets = setCount(layer);
  showInference(layer, k / sets, wide);
  const columns = get(layer, Layer.SET_COLUMNS);
  return available(layer, (k % sets) / columns, (k % sets) % columns, wide);
}
