/**
 * Room in the output buffers. Where they have a limit, every node has a window on the home of each of its
 * copies that holds one result, and the rest is shared.
 */
import { get, getAddress, set } from '../memory';
import { wake } from './awake';
import { stateOf } from './blocks';
import {
  BLOCK_NODE,
  BUFFER_BITS,
  BUFFER_PEAK,
  BUFFER_SHARED,
  BUFFER_SHARED_ROOM,
  COPY_HOME,
  COPY_HOME_INDEX,
  KIND_JOIN,
  NODE_KIND,
  NODE_MOST_BITS,
  NODE_OUTPUT_USED,
  NODE_ROOM_NEXT,
  NODE_TURN,
  NODE_WAITS_FOR_ROOM,
  SET_IN_WINDOW,
  SIMULATION_OUTPUT_ROOM,
  TILE_OUTPUT,
  TILE_ROOM_WAITERS,
  UNLIMITED,
} from './layout';
import { addWide, getWide, resultBits, setWide, tileAt, wideHeader } from './problem';

const NO_ROOM = -1;
const SHARED = 0;
const WINDOW = 1;

let room: i64 = 0;
let isLimited = false;

/** Reads the limit. */
export function resetOutputRooms(): void {
  room = wideHeader(SIMULATION_OUTPUT_ROOM);
  isLimited = room !== UNLIMITED;
}

/** False where output buffers have no limit. */
export function hasOutputWindows(): bool {
  return isLimited;
}

/** Reserves room for the result of a set that starts, whose state is still to be set; false where there is none. */
export function takeOutput(node: usize, instance: i32, state: usize, copy: usize, bits: i64): bool {
  const tile = tileAt(get(copy, COPY_HOME));
  const reserved = getWide(tile, TILE_OUTPUT + BUFFER_BITS) + bits;
  if (isLimited) {
    const charge = reserved > room ? NO_ROOM : chargeFor(node, instance, tile, copy, bits);
    if (charge === NO_ROOM) {
      waitForOutput(node, tile);
      return false;
    }
    if (charge === WINDOW) addWide(windowAt(node, copy), 0, bits);
    else addWide(tile, TILE_OUTPUT + BUFFER_SHARED, bits);
    if (charge === WINDOW) store<i32>(state, load<i32>(state) | SET_IN_WINDOW);
  }
  setWide(tile, TILE_OUTPUT + BUFFER_BITS, reserved);
  if (reserved > getWide(tile, TILE_OUTPUT + BUFFER_PEAK)) setWide(tile, TILE_OUTPUT + BUFFER_PEAK, reserved);
  return true;
}

/** The room of the result of a set is free again. */
export function giveOutputBack(block: usize, k: i32, copy: usize): void {
  const node = getAddress(block, BLOCK_NODE);
  const tile = tileAt(get(copy, COPY_HOME));
  const bits = resultBits(node, k);
  addWide(tile, TILE_OUTPUT + BUFFER_BITS, -bits);
  if (!isLimited) return;
  if (load<i32>(stateOf(block, k)) & SET_IN_WINDOW) addWide(windowAt(node, copy), 0, -bits);
  else addWide(tile, TILE_OUTPUT + BUFFER_SHARED, -bits);
  let waiter = getAddress(tile, TILE_ROOM_WAITERS);
  set(tile, TILE_ROOM_WAITERS, 0);
  while (waiter !== 0) {
    wake(waiter);
    set(waiter, NODE_WAITS_FOR_ROOM, 0);
    waiter = getAddress(waiter, NODE_ROOM_NEXT);
  }
}

function chargeFor(node: usize, instance: i32, tile: usize, copy: usize, bits: i64): i32 {
  const hasWindow = get(node, NODE_KIND) !== KIND_JOIN || get(node, NODE_TURN) === instance;
  const window = <i64>get(node, NODE_MOST_BITS);
  if (hasWindow && getWide(windowAt(node, copy), 0) + bits <= window) return WINDOW;
  const isShared =
    getWide(tile, TILE_OUTPUT + BUFFER_SHARED) + bits <= getWide(tile, TILE_OUTPUT + BUFFER_SHARED_ROOM);
  return isShared ? SHARED : NO_ROOM;
}

/** Address of the bits in the window of a node on the home of a copy. */
function windowAt(node: usize, copy: usize): usize {
  return getAddress(node, NODE_OUTPUT_USED) + ((<usize>get(copy, COPY_HOME_INDEX)) << 3);
}

function waitForOutput(node: usize, tile: usize): void {
  if (get(node, NODE_WAITS_FOR_ROOM)) return;
  set(node, NODE_WAITS_FOR_ROOM, 1);
  set(node, NODE_ROOM_NEXT, get(tile, TILE_ROOM_WAITERS));
  set(tile, TILE_ROOM_WAITERS, <i32>node);
}
