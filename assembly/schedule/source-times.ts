/** Times of what a layer waits for, while it is scheduled. */

import { get, getAddress, set } from '../kernel/memory';
import { Layer, Line, Source } from './layout';
import { lineAt } from './line';
import { layerAt } from './problem';
import { sourceAt } from './sources';

/** Notes where the times of sources are; those of all of them are there. */
export function openSourceTimes(sources: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const source = sourceAt(sources, i);
    const from = layerAt(get(source, Source.LAYER));
    set(source, Source.TIMES, get(from, Layer.TIMES));
    set(source, Source.LATER, get(from, Layer.LATER));
    set(source, Source.LINE_BYTES, get(from, Layer.HAS_TEMPLATES) ? 0 : get(from, Layer.SET_COLUMNS) << 2);
  }
}

/** Times of a line of a source, of which {@link sourceLater} says how many cycles later they are. */
export function sourceTemplate(source: usize, line: i32): usize {
  const times = getAddress(source, Source.TIMES);
  const bytes = get(source, Source.LINE_BYTES);
  return bytes > 0 ? times + <usize>line * bytes : getAddress(lineAt(times, line), Line.TEMPLATE);
}

/** See {@link sourceTemplate}. */
export function sourceLater(source: usize, line: i32): i32 {
  const later = get(source, Source.LATER);
  if (get(source, Source.LINE_BYTES) > 0) return later;
  return later + get(lineAt(getAddress(source, Source.TIMES), line), Line.LATER);
}
