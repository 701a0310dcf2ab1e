/**
 * Room in the input buffers. Where they have a limit, every stream (what a node sends to a place) has a window
 * of its own, and the rest is shared. A value is charged as a whole to one or the other.
 */
import { get, getAddress, set } from '../memory';
import { wakeSender } from './awake';
import { sizeAt, sizeOf } from './blocks';
import {
  BUFFER_BITS,
  BUFFER_PEAK,
  BUFFER_SHARED,
  BUFFER_SHARED_ROOM,
  NODE_INPUT_WRITTEN,
  NODE_STREAMS,
  NODE_TILES,
  SIMULATION_INPUT_ROOM,
  STREAM_NEXT,
  STREAM_NODE,
  STREAM_USED,
  STREAM_WAITS,
  STREAM_WINDOW,
  STREAM_WORDS,
  TILE_INPUT,
  TILE_INPUT_WAITERS,
  UNLIMITED,
  VALUE_IN_WINDOW,
} from './layout';
import { addWide, entry, getWide, setWide, tileAt, wideHeader } from './problem';

/** Where a value is charged. */
const NO_ROOM = -1;
const SHARED = 0;
const WINDOW = 1;

let room: i64 = 0;
let isLimited = false;

/** Reads the limit. */
export function resetInputRooms(): void {
  room = wideHeader(SIMULATION_INPUT_ROOM);
  isLimited = room !== UNLIMITED;
}

/** False where input buffers have no limit, and streams no windows. */
export function hasInputWindows(): bool {
  return isLimited;
}

/** What a node sends to a place. */
export function streamAt(node: usize, place: i32): usize {
  return getAddress(node, NODE_STREAMS) + <usize>place * (STREAM_WORDS << 2);
}

/** True where the tile at a place has room for a value. */
export function hasInputRoom(node: usize, place: i32, value: usize, isInTurn: bool): bool {
  const tile = tileAt(entry(get(node, NODE_TILES), place));
  return inputRoomFor(tile, streamAt(node, place), sizeOf(node, value), isInTurn) !== NO_ROOM;
}

/** Reserves room for a value at a place; false where there is none. */
export function takeInput(node: usize, place: i32, value: usize, isInTurn: bool): bool {
  const tile = tileAt(entry(get(node, NODE_TILES), place));
  const bits = sizeOf(node, value);
  if (isLimited) {
    const stream = streamAt(node, place);
    const room = inputRoomFor(tile, stream, bits, isInTurn);
    if (room === NO_ROOM) return false;
    if (room === WINDOW) {
      addWide(stream, STREAM_USED, bits);
      noteWindow(node, value);
    } else {
      addWide(tile, TILE_INPUT + BUFFER_SHARED, bits);
    }
  }
  addWide(node, NODE_INPUT_WRITTEN, bits);
  const reserved = getWide(tile, TILE_INPUT + BUFFER_BITS) + bits;
  setWide(tile, TILE_INPUT + BUFFER_BITS, reserved);
  if (reserved > getWide(tile, TILE_INPUT + BUFFER_PEAK)) setWide(tile, TILE_INPUT + BUFFER_PEAK, reserved);
  return true;
}

function inputRoomFor(tile: usize, stream: usize, bits: i64, isInTurn: bool): i32 {
  if (getWide(tile, TILE_INPUT + BUFFER_BITS) + bits > room) return NO_ROOM;
  if (isInTurn && getWide(stream, STREAM_USED) + bits <= getWide(stream, STREAM_WINDOW)) return WINDOW;
  const shared = getWide(tile, TILE_INPUT + BUFFER_SHARED) + bits;
  return shared <= getWide(tile, TILE_INPUT + BUFFER_SHARED_ROOM) ? SHARED : NO_ROOM;
}

function noteWindow(node: usize, value: usize): void {
  const size = sizeAt(node, value);
  store<i32>(size, load<i32>(size) | VALUE_IN_WINDOW);
}

/** Before cycle 0: a window grows to hold the value. */
export function growWindow(node: usize, place: i32, value: usize): void {
  const bits = sizeOf(node, value);
  const stream = streamAt(node, place);
  const used = getWide(stream, STREAM_USED) + bits;
  setWide(stream, STREAM_USED, used);
  if (used > getWide(stream, STREAM_WINDOW)) setWide(stream, STREAM_WINDOW, used);
  noteWindow(node, value);
  addWide(tileAt(entry(get(node, NODE_TILES), place)), TILE_INPUT + BUFFER_BITS, bits);
}

/** Values at a place have been read by all, and give their room back: that in the window, and the shared one. */
export function giveInputBack(node: usize, place: i32, windowBits: i64, sharedBits: i64): void {
  const tile = tileAt(entry(get(node, NODE_TILES), place));
  addWide(tile, TILE_INPUT + BUFFER_BITS, -(windowBits + sharedBits));
  if (!isLimited) return;
  addWide(streamAt(node, place), STREAM_USED, -windowBits);
  addWide(tile, TILE_INPUT + BUFFER_SHARED, -sharedBits);
  let stream = getAddress(tile, TILE_INPUT_WAITERS);
  if (stream === 0) return;
  set(tile, TILE_INPUT_WAITERS, 0);
  while (stream !== 0) {
    set(stream, STREAM_WAITS, 0);
    wakeSender(getAddress(stream, STREAM_NODE));
    stream = getAddress(stream, STREAM_NEXT);
  }
}

/** A node waits until room is given back at a place. */
export function waitForInput(node: usize, place: i32): void {
  const stream = streamAt(node, place);
  if (get(stream, STREAM_WAITS)) return;
  const tile = tileAt(entry(get(node, NODE_TILES), place));
  set(stream, STREAM_WAITS, 1);
  set(stream, STREAM_NEXT, get(tile, TILE_INPUT_WAITERS));
  set(tile, TILE_INPUT_WAITERS, <i32>stream);
}
