/**
 * Room in the output buffers. Where they have a limit, every node has a window on the home of each of its
 * copies that holds one result, and the rest is shared.
 */
import { get, getAddress, set } from '../kernel/memory';
import { wake } from './awake';
import { stateOf } from './block';
import { Block, Buffer, Copy, HeaderWide, Node, NodeKind, SetState, Tile, UNLIMITED } from './layout';
import { addWide, getWide, resultBits, setWide, tileAt, wideHeader } from './records';

const NO_ROOM = -1;
const SHARED = 0;
const WINDOW = 1;

let room: i64 = 0;
let isLimited = false;

/** Reads the limit. */
export function resetOutputRooms(): void {
  room = wideHeader(HeaderWide.OUTPUT_CAPACITY);
  isLimited = room !== UNLIMITED;
}

/** False where output buffers have no limit. */
export function hasOutputWindows(): bool {
  return isLimited;
}

/** Reserves room for the result of a set that starts, whose state is still to be set; false where there is none. */
export function takeOutput(node: usize, firing: i32, state: usize, copy: usize, bits: i64): bool {
  const tile = tileAt(get(copy, Copy.HOME));
  const reserved = getWide(tile, Tile.OUTPUT + Buffer.BITS) + bits;
  if (isLimited) {
    const charge = reserved > room ? NO_ROOM : chargeFor(node, firing, tile, copy, bits);
    if (charge === NO_ROOM) {
      waitForOutput(node, tile);
      return false;
    }
    if (charge === WINDOW) addWide(windowAt(node, copy), 0, bits);
    else addWide(tile, Tile.OUTPUT + Buffer.SHARED, bits);
    if (charge === WINDOW) store<i32>(state, load<i32>(state) | SetState.IN_WINDOW);
  }
  setWide(tile, Tile.OUTPUT + Buffer.BITS, reserved);
  if (reserved > getWide(tile, Tile.OUTPUT + Buffer.PEAK)) setWide(tile, Tile.OUTPUT + Buffer.PEAK, reserved);
  return true;
}

/** The room of the result of a set is free again. */
export function giveOutputBack(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, Block.NODE);
  const tile = tileAt(get(copy, Copy.HOME));
  const bits = resultBits(node, k);
  addWide(tile, Tile.OUTPUT + Buffer.BITS, -bits);
  if (!isLimited) return;
  if (load<i32>(stateOf(block, k)) & SetState.IN_WINDOW) addWide(windowAt(node, copy), 0, -bits);
  else addWide(tile, Tile.OUTPUT + Buffer.SHARED, -bits);
  let waiter = getAddress(tile, Tile.ROOM_WAITERS);
  set(tile, Tile.ROOM_WAITERS, 0);
  while (waiter !== 0) {
    wake(waiter);
    set(waiter, Node.WAITS_FOR_ROOM, 0);
    waiter = getAddress(waiter, Node.ROOM_NEXT);
  }
}

function chargeFor(node: usize, firing: i32, tile: usize, copy: usize, bits: i64): i32 {
  const hasWindow = get(node, Node.KIND) !== NodeKind.JOIN || get(node, Node.TURN) === firing;
  const window = <i64>get(node, Node.MOST_BITS);
  if (hasWindow && getWide(windowAt(node, copy), 0) + bits <= window) return WINDOW;
  const isShared =
    getWide(tile, Tile.OUTPUT + Buffer.SHARED) + bits <= getWide(tile, Tile.OUTPUT + Buffer.SHARED_ROOM);
  return isShared ? SHARED : NO_ROOM;
}

/** Address of the bits in the window of a node on the home of a copy. */
function windowAt(node: usize, copy: usize): usize {
  return getAddress(node, Node.OUTPUT_USED) + ((<usize>get(copy, Copy.HOME_INDEX)) << 3);
}

function waitForOutput(node: usize, tile: usize): void {
  if (get(node, Node.WAITS_FOR_ROOM)) return;
  set(node, Node.WAITS_FOR_ROOM, 1);
  set(node, Node.ROOM_NEXT, get(tile, Tile.ROOM_WAITERS));
  set(tile, Tile.ROOM_WAITERS, <i32>node);
}
