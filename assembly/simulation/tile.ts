/** Tiles: when some copy of theirs, or their GPEU, is at work. */
import { now } from '../kernel/calendar';
import { addWide, get, getWide, set, setWide } from '../kernel/memory';
import { Header, Tile, TileWide } from './layout';
import { header } from './records';
import { useFor } from './use';

/** Record of a tile. */
export function tileAt(tile: i32): usize {
  return <usize>(<u32>header(Header.TILE_RECORDS)) + <usize>tile * (Tile.WORDS << 2);
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
  if (active > 0) return;
  const since = getWide(tile, TileWide.ACTIVE_SINCE);
  addWide(tile, TileWide.BUSY, now() - since);
  useFor(tile, Tile.BUSY_BINS, since, now());
}

/** Counts the cycles until now of a tile that is at work, which may be so for ever; where they are kept in no bins. */
export function countWork(tile: usize): void {
  if (get(tile, Tile.ACTIVE) === 0) return;
  addWide(tile, TileWide.BUSY, now() - getWide(tile, TileWide.ACTIVE_SINCE));
  setWide(tile, TileWide.ACTIVE_SINCE, now());
}
