/**
 * What the windows of an input buffer leave, where values may spill: room for values that are sent there, and for those
 * that are fetched. A fetched value stays as long as a granted set needs it; after that until others read it no more, or its room is
 * wanted, those first that were needed first ago.
 */
import { addWide, allocate, allocateZeros, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { wake, wakeSender } from './awake';
import { giveBitsBack, reserveBits, takeWaiting } from './buffer';
import { BufferWide, Header, HeaderWide, Node, NodeWide, Tile, TilePlan, UNLIMITED } from './layout';
import { Entry, Pool, Spill } from './play-layout';
import { header, tableAt, wideHeader } from './records';
import { spills } from './spills';
import { tileAt } from './tile';

let pools: usize = 0;
let unused: usize = 0;

/** Nothing is fetched. Input buffers have been reset. */
export function resetPools(): void {
  unused = 0;
  if (!spills()) return;
  const tiles = header(Header.TILES);
  pools = allocateZeros(<u64>tiles * (Pool.WORDS << 2));
  for (let tile = 0; tile < tiles; tile++) {
    const buffer = bufferAt(tile);
    setWide(poolAt(tile), Pool.SIZE, getWide(buffer, BufferWide.SHARED_CAPACITY));
    const plan = tableAt(header(Header.TILE_PLANS)) + <usize>tile * (TilePlan.WORDS << 2);
    setWide(poolAt(tile), Pool.LARGEST_READS, getWide(plan, TilePlan.LARGEST_READS));
    if (wideHeader(HeaderWide.INPUT_CAPACITY) !== UNLIMITED) addFetched(tile, 0);
  }
}

/** Counts bits of fetched values, and leaves the rest of the pool for values that are sent: all but the largest reads at the most. */
function addFetched(tile: i32, bits: i64): void {
  const pool = poolAt(tile);
  const fetched = getWide(pool, Pool.FETCHED) + bits;
  setWide(pool, Pool.FETCHED, fetched);
  const kept = max(fetched, getWide(pool, Pool.LARGEST_READS));
  setWide(bufferAt(tile), BufferWide.SHARED_CAPACITY, getWide(pool, Pool.SIZE) - kept);
}

/** True where bits may be in the shared room of a tile without that fetched values go. */
function hasPoolRoom(tile: i32, bits: i64): bool {
  return bits <= free(tile) - getWide(poolAt(tile), Pool.FETCHED);
}

/** True where a set may have values of so many bits fetched to a tile: as a whole, or in pieces if they would never fit. */
export function canFetch(tile: i32, bits: i64): bool {
  const pool = poolAt(tile);
  set(pool, Pool.WANTS_PIECES, 0);
  if (get(pool, Pool.PIECES_OF)) return false;
  const needed = getWide(pool, Pool.NEEDED);
  if (bits <= free(tile) - needed) return true;
  if (needed > 0 || bits <= getWide(pool, Pool.LARGEST_READS)) return false;
  set(pool, Pool.WANTS_PIECES, 1);
  return true;
}

/** Where a set was just said to get its values in pieces, it has a tile for itself: no value that was fetched for others stays. */
export function beginPieces(tile: i32, grant: usize): void {
  const pool = poolAt(tile);
  if (!get(pool, Pool.WANTS_PIECES)) return;
  for (let oldest = getAddress(pool, Pool.OLDEST); oldest !== 0; oldest = getAddress(pool, Pool.OLDEST)) {
    drop(oldest);
  }
  set(pool, Pool.PIECES_OF, <i32>grant);
  setWide(pool, Pool.PIECES, getWide(pool, Pool.LARGEST_READS));
}

/** What the next of a set's values takes of the pool; all of them that come in pieces take the room of the first. */
function roomOf(pool: usize, bits: i64): i64 {
  if (!get(pool, Pool.PIECES_OF)) return bits;
  const room = getWide(pool, Pool.PIECES);
  setWide(pool, Pool.PIECES, 0);
  return room;
}

/** Bits that sent values leave of the shared room. */
function free(tile: i32): i64 {
  return getWide(poolAt(tile), Pool.SIZE) - getWide(bufferAt(tile), BufferWide.SHARED);
}

/** A set needs a value that was fetched. */
export function keepEntry(entry: usize): void {
  const sets = get(entry, Entry.SETS);
  set(entry, Entry.SETS, sets + 1);
  if (sets > 0) return;
  leaveList(entry);
  addWide(poolAt(get(entry, Entry.TILE)), Pool.NEEDED, getWide(entry, Entry.ROOM));
}

/** Room for a value that a set needs and that is to be fetched to a destination: values that no set needs go for it. */
export function newEntry(node: usize, spill: usize, destination: i32, tile: i32, bits: i64): usize {
  const pool = poolAt(tile);
  const taken = roomOf(pool, bits);
  while (!hasPoolRoom(tile, taken)) drop(getAddress(pool, Pool.OLDEST));
  const entry = unused === 0 ? allocate(Entry.WORDS << 2) : unused;
  if (unused !== 0) unused = getAddress(unused, Entry.NEWER);
  setWide(entry, Entry.BITS, bits);
  setWide(entry, Entry.ROOM, taken);
  set(entry, Entry.SPILL, <i32>spill);
  set(entry, Entry.NODE, <i32>node);
  set(entry, Entry.DESTINATION, destination);
  set(entry, Entry.TILE, tile);
  set(entry, Entry.SETS, 1);
  set(entry, Entry.IS_THERE, 0);
  set(entry, Entry.WAITING, 0);
  set(entry, Entry.NEXT_FETCHED, 0);
  store<u32>(spill, <u32>entry);
  addFetched(tile, taken);
  addWide(pool, Pool.NEEDED, taken);
  addWide(node, NodeWide.INPUT_WRITTEN, bits);
  reserveBits(bufferAt(tile), taken);
  return entry;
}

/** A set that needed a value is finished. */
export function releaseEntry(entry: usize): void {
  const sets = get(entry, Entry.SETS) - 1;
  set(entry, Entry.SETS, sets);
  if (sets > 0) return;
  const tile = get(entry, Entry.TILE);
  const pool = poolAt(tile);
  addWide(pool, Pool.NEEDED, -getWide(entry, Entry.ROOM));
  const newest = getAddress(pool, Pool.NEWEST);
  set(entry, Entry.OLDER, <i32>newest);
  set(entry, Entry.NEWER, 0);
  set(pool, Pool.NEWEST, <i32>entry);
  if (newest === 0) set(pool, Pool.OLDEST, <i32>entry);
  else set(newest, Entry.NEWER, <i32>entry);
  // What has come by in pieces is not there as a whole.
  if (get(pool, Pool.PIECES_OF)) drop(entry);
  else wakeToFetch(tile);
}

/** A set that had a tile for itself is finished: others may fetch there. */
export function endPieces(tile: i32, grant: usize): void {
  if (getAddress(poolAt(tile), Pool.PIECES_OF) !== grant) return;
  set(poolAt(tile), Pool.PIECES_OF, 0);
  wakeToFetch(tile);
}

/** A value that nobody needs any more, or that has to make room, goes. */
export function drop(entry: usize): void {
  const tile = get(entry, Entry.TILE);
  const bits = getWide(entry, Entry.ROOM);
  leaveList(entry);
  store<i32>(getAddress(entry, Entry.SPILL), Spill.STORED);
  addFetched(tile, -bits);
  giveBitsBack(bufferAt(tile), bits);
  set(entry, Entry.NEWER, <i32>unused);
  unused = entry;
  const buffer = bufferAt(tile);
  for (let waiting = takeWaiting(buffer); waiting !== 0; waiting = takeWaiting(buffer)) wakeSender(waiting);
  wakeToFetch(tile);
}

/** The next set of a node waits for room in the pool of a tile. */
export function waitForPool(node: usize, tile: i32): void {
  if (get(node, Node.IS_WAITING)) return;
  const pool = poolAt(tile);
  set(node, Node.IS_WAITING, 1);
  set(node, Node.NEXT_WAITING, get(pool, Pool.WAITING));
  set(pool, Pool.WAITING, <i32>node);
}

/** Room of a pool is free: sets that wait to be granted it may have it. */
export function wakeToFetch(tile: i32): void {
  const pool = poolAt(tile);
  for (let node = getAddress(pool, Pool.WAITING); node !== 0; node = getAddress(node, Node.NEXT_WAITING)) {
    set(node, Node.IS_WAITING, 0);
    wake(node);
  }
  set(pool, Pool.WAITING, 0);
}

function leaveList(entry: usize): void {
  const pool = poolAt(get(entry, Entry.TILE));
  const older = getAddress(entry, Entry.OLDER);
  const newer = getAddress(entry, Entry.NEWER);
  if (older === 0) set(pool, Pool.OLDEST, <i32>newer);
  else set(older, Entry.NEWER, <i32>newer);
  if (newer === 0) set(pool, Pool.NEWEST, <i32>older);
  else set(newer, Entry.OLDER, <i32>older);
}

function poolAt(tile: i32): usize {
  return pools + <usize>tile * (Pool.WORDS << 2);
}

function bufferAt(tile: i32): usize {
  return tileAt(tile) + (Tile.INPUT << 2);
}
