/** What nodes and tiles waited for and did. */
import { get, set } from '../memory';
import { now } from './events';
import { NODE_WAITS, TILE_ACTIVE, TILE_ACTIVE_SINCE, TILE_BUSY, TILE_WAITS } from './layout';
import { addWide, getWide, setWide } from './problem';

/** Counts cycles (a word of `WAITS_…`) for a node and for a tile. */
export function addWait(node: usize, tile: usize, word: i32, cycles: i64): void {
  addWide(node, NODE_WAITS + word, cycles);
  addWide(tile, TILE_WAITS + word, cycles);
}

/** A copy of a tile, or its GPEU, is at work from now on. */
export function beginWork(tile: usize): void {
  const active = get(tile, TILE_ACTIVE);
  set(tile, TILE_ACTIVE, active + 1);
  if (active === 0) setWide(tile, TILE_ACTIVE_SINCE, now());
}

/** One of those at work is done. */
export function endWork(tile: usize): void {
  const active = get(tile, TILE_ACTIVE) - 1;
  set(tile, TILE_ACTIVE, active);
  if (active === 0) addWide(tile, TILE_BUSY, now() - getWide(tile, TILE_ACTIVE_SINCE));
}
