/**
 * Layers that run at the pace of their source: each set waits for the one at the same position, takes as long as that one, and
 * there are at least as many copies. Then a copy is always free when a set may start: with d copies for both, source(k) is no
 * earlier than source(k - d) and the time of a set, and so neither is what follows it. So a set is finished when that of
 * its source is and its own time has passed, and the layer shares the times of its source, later by that time.
 */

import { get, getAddress, isSame, set } from '../kernel/memory';
import { Layer, Pattern, Source, Templates } from './layout';
import { resultDelay, templatesWanted } from './problem';
import { isUniform, sourceLayer } from './sources';
import { takeTimes } from './times';

/** Finds whether a stored layer follows its source where it has as many copies. */
export function findFollowing(layer: usize): void {
  set(layer, Layer.FOLLOWS, mayFollow(layer) ? 1 : 0);
}

function mayFollow(layer: usize): bool {
  if (!get(layer, Layer.IS_BASE) || !get(layer, Layer.IS_UNIFORM) || get(layer, Layer.SOURCE_COUNT) !== 1)
    return false;
  const source = getAddress(layer, Layer.SOURCES);
  const from = sourceLayer(layer, 0);
  return (
    get(source, Source.PATTERN) === Pattern.IDENTITY &&
    isUniform(source) &&
    isSame(layer, from, Layer.SET_HEIGHT) &&
    isSame(layer, from, Layer.SET_WIDTH) &&
    isSame(layer, from, Layer.SET_ROWS) &&
    isSame(layer, from, Layer.SET_COLUMNS)
  );
}

/** True where a layer with the copies that it has runs at the pace of its source. */
export function isFollowing(layer: usize): bool {
  if (!get(layer, Layer.FOLLOWS) || templatesWanted() === Templates.NEVER) return false;
  const from = sourceLayer(layer, 0);
  return get(layer, Layer.COPIES) >= get(from, Layer.COPIES) && isSame(layer, from, Layer.HAS_TEMPLATES);
}

/** Lets a layer that is following share the times of its source. */
export function follow(layer: usize): void {
  const from = sourceLayer(layer, 0);
  const latency = get(layer, Layer.SET_HEIGHT) * get(layer, Layer.SET_WIDTH) + resultDelay();
  takeTimes(layer, from, latency);
}
