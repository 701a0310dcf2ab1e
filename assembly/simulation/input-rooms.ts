/**
 * Room in the input buffers. Where they have a limit, every stream (what a node sends to a destination) has a window
 * of its own, and the rest is shared. A value is charged as a whole to one or the other.
 */
import { get, getAddress, set } from '../kernel/memory';
import { wakeSender } from './awake';
import { sizeAt, sizeOf } from './block';
import { Buffer, HeaderWide, Node, NodeWide, Stream, StreamWide, Tile, UNLIMITED, ValueBits } from './layout';
import { addWide, entry, getWide, setWide, tileAt, wideHeader } from './records';

/** Where a value is charged. */
const NO_ROOM = -1;
const SHARED = 0;
const WINDOW = 1;

let room: i64 = 0;
let isLimited = false;

/** Reads the limit. */
export function resetInputRooms(): void {
  room = wideHeader(HeaderWide.INPUT_CAPACITY);
  isLimited = room !== UNLIMITED;
}

/** False where input buffers have no limit, and streams no windows. */
export function hasInputWindows(): bool {
  return isLimited;
}

/** What a node sends to a destination. */
export function streamAt(node: usize, destination: i32): usize {
  return getAddress(node, Node.STREAMS) + <usize>destination * (Stream.WORDS << 2);
}

/** True where the tile at a destination has room for a value. */
export function hasInputRoom(node: usize, destination: i32, value: usize, isInTurn: bool): bool {
  const tile = tileAt(entry(get(node, Node.DESTINATIONS), destination));
  return inputRoomFor(tile, streamAt(node, destination), sizeOf(node, value), isInTurn) !== NO_ROOM;
}

/** Reserves room for a value at a destination; false where there is none. */
export function takeInput(node: usize, destination: i32, value: usize, isInTurn: bool): bool {
  const tile = tileAt(entry(get(node, Node.DESTINATIONS), destination));
  const bits = sizeOf(node, value);
  if (isLimited) {
    const stream = streamAt(node, destination);
    const room = inputRoomFor(tile, stream, bits, isInTurn);
    if (room === NO_ROOM) return false;
    if (room === WINDOW) {
      addWide(stream, StreamWide.USED, bits);
      noteWindow(node, value);
    } else {
      addWide(tile, Tile.INPUT + Buffer.SHARED, bits);
    }
  }
  addWide(node, NodeWide.INPUT_WRITTEN, bits);
  const reserved = getWide(tile, Tile.INPUT + Buffer.BITS) + bits;
  setWide(tile, Tile.INPUT + Buffer.BITS, reserved);
  if (reserved > getWide(tile, Tile.INPUT + Buffer.PEAK)) setWide(tile, Tile.INPUT + Buffer.PEAK, reserved);
  return true;
}

function inputRoomFor(tile: usize, stream: usize, bits: i64, isInTurn: bool): i32 {
  if (getWide(tile, Tile.INPUT + Buffer.BITS) + bits > room) return NO_ROOM;
  if (isInTurn && getWide(stream, StreamWide.USED) + bits <= getWide(stream, StreamWide.WINDOW))
    return WINDOW;
  const shared = getWide(tile, Tile.INPUT + Buffer.SHARED) + bits;
  return shared <= getWide(tile, Tile.INPUT + Buffer.SHARED_ROOM) ? SHARED : NO_ROOM;
}

function noteWindow(node: usize, value: usize): void {
  const size = sizeAt(node, value);
  store<i32>(size, load<i32>(size) | ValueBits.IN_WINDOW);
}

/** Before cycle 0: a window grows to hold the value. */
export function growWindow(node: usize, destination: i32, value: usize): void {
  const bits = sizeOf(node, value);
  const stream = streamAt(node, destination);
  const used = getWide(stream, StreamWide.USED) + bits;
  setWide(stream, StreamWide.USED, used);
  if (used > getWide(stream, StreamWide.WINDOW)) setWide(stream, StreamWide.WINDOW, used);
  noteWindow(node, value);
  addWide(tileAt(entry(get(node, Node.DESTINATIONS), destination)), Tile.INPUT + Buffer.BITS, bits);
}

/** Values at a destination have been read by all, and give their room back: that in the window, and the shared one. */
export function giveInputBack(node: usize, destination: i32, windowBits: i64, sharedBits: i64): void {
  const tile = tileAt(entry(get(node, Node.DESTINATIONS), destination));
  addWide(tile, Tile.INPUT + Buffer.BITS, -(windowBits + sharedBits));
  if (!isLimited) return;
  addWide(streamAt(node, destination), StreamWide.USED, -windowBits);
  addWide(tile, Tile.INPUT + Buffer.SHARED, -sharedBits);
  let stream = getAddress(tile, Tile.INPUT_WAITERS);
  if (stream === 0) return;
  set(tile, Tile.INPUT_WAITERS, 0);
  while (stream !== 0) {
    set(stream, Stream.WAITS, 0);
    wakeSender(getAddress(stream, Stream.NODE));
    stream = getAddress(stream, Stream.NEXT);
  }
}

/** A node waits until room is given back at a destination. */
export function waitForInput(node: usize, destination: i32): void {
  const stream = streamAt(node, destination);
  if (get(stream, Stream.WAITS)) return;
  const tile = tileAt(entry(get(node, Node.DESTINATIONS), destination));
  set(stream, Stream.WAITS, 1);
  set(stream, Stream.NEXT, get(tile, Tile.INPUT_WAITERS));
  set(tile, Tile.INPUT_WAITERS, <i32>stream);
}
