/** What nodes and tiles waited for and did. */
import { get, set } from '../kernel/memory';
import { now } from './events';
import { Node, Tile, TileWide } from './layout';
import { addWide, getWide, setWide } from './records';

/** Counts cycles (a word of {@link Stalls}) for a node and for a tile. */
export function addWait(node: usize, tile: usize, word: i32, cycles: i64): void {
  addWide(node, Node.STALLS + word, cycles);
  addWide(tile, Tile.STALLS + word, cycles);
}

/** A copy of a tile, or its GPEU, is at work from now on. */
export function beginWork(tile: usize): void {
  const active = get(tile, Tile.ACTIVE);
  set(tile, Tile.ACTIVE, active + 1);
  if (active === 0) setWide(tile, TileWide.ACTIVE_SINCE, now());
}

/** One of those at work is done. */
export function endWork(tile: usize): void {
  const active = get(tile, Tile.ACTIVE) - 1;
  set(tile, Tile.ACTIVE, active);
  if (active === 0) addWide(tile, TileWide.BUSY, now() - getWide(tile, TileWide.ACTIVE_SINCE));
}
