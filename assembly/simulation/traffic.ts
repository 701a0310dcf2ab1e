/** Counts of results that are stored and of values that are fetched: of nodes, and of tiles. */
import { addWide, get, getAddress, getWide } from '../kernel/memory';
import { copyAt, copyIndex } from './copy';
import { Copy, NodeWide, TileWide } from './layout';
import { fetchedBits, spilledBits, storedBits } from './off-chip-bits';
import { Block, Entry } from './play-layout';
import { isShared } from './shared-buffer';
import { tileAt } from './tile';

/** A result is stored; what leaves the chip with it went the same way. */
export function countStored(node: usize, block: usize, k: i32): void {
  const tile = homeOf(node, get(block, Block.FIRST) + k);
  const spilled = spilledBits(node, block, k);
  addWide(node, NodeWide.SPILLED, spilled);
  addWide(tile, TileWide.SPILLED, spilled);
  const bits = storedBits(node, block, k);
  if (isShared(block, k)) {
    addWide(node, NodeWide.SHARED, bits);
    addWide(tile, TileWide.SHARED, bits);
  } else addWide(node, NodeWide.OFF_CHIP, bits);
}

/** A value came back, once for the tiles of all entries. */
export function countFetched(block: usize, k: i32, entries: usize): void {
  const node = getAddress(block, Block.NODE);
  const bits = fetchedBits(entries);
  const wasShared = isShared(block, k);
  addWide(node, NodeWide.FETCHED, bits);
  addWide(node, wasShared ? NodeWide.SHARED : NodeWide.OFF_CHIP, bits);
  for (let entry = entries; entry !== 0; entry = getAddress(entry, Entry.NEXT_FETCHED)) {
    const tile = tileAt(get(entry, Entry.TILE));
    addWide(tile, TileWide.FETCHED, getWide(entry, Entry.BITS));
    if (wasShared) addWide(tile, TileWide.SHARED, getWide(entry, Entry.BITS));
  }
}

function homeOf(node: usize, firing: i32): usize {
  return tileAt(get(copyAt(node, copyIndex(node, firing)), Copy.HOME));
}
