/**
 * Input buffers: values, until all have read them. A node has a window at each of its destinations, which is used in
 * turn (turn.ts) and found before cycle 0 (windows.ts).
 */
import { addWide, allocateZeros, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { wakeSender } from './awake';
import { sizeAt, sizeOf } from './block';
import {
  bufferOf,
  Charge,
  charge,
  chargeFor,
  chargeShared,
  giveBitsBack,
  missingFor,
  reserveBits,
  setUpShare,
  setUpWindow,
  takeWaiting,
  waitForRoom,
} from './buffer';
import { BufferWide, Header, HeaderWide, Node, NodeWide, Tile, UNLIMITED } from './layout';
import { ValueBits, Window, WindowWide } from './play-layout';
import { wakeToFetch } from './pools';
import { entry, header, nodeAt, tableAt, wideHeader } from './records';
import { isSpilled, spills } from './spills';
import { tileAt } from './tile';

let capacity: i64 = 0;
let isLimited = false;

/** Empties the buffers, and gives nodes the windows that were found. */
export function resetInputBuffers(): void {
  capacity = wideHeader(HeaderWide.INPUT_CAPACITY);
  isLimited = capacity !== UNLIMITED;
  for (let i = 0; i < header(Header.NODES); i++) setUpWindows(nodeAt(i));
  for (let i = 0; i < header(Header.TILES); i++) setUpShare(tileAt(i) + (Tile.INPUT << 2), capacity);
}

function setUpWindows(node: usize): void {
  const destinations = get(node, Node.DESTINATION_COUNT);
  const sizes = tableAt(get(node, Node.WINDOW_SIZES));
  set(node, Node.INPUT_WINDOWS, <i32>allocateZeros(<u64>destinations * (Window.WORDS << 2)));
  for (let destination = 0; destination < destinations; destination++) {
    const bits = isSpilled(node, destination) ? 0 : getWide(sizes, destination << 1);
    const buffer = tileAt(entry(get(node, Node.DESTINATIONS), destination)) + (Tile.INPUT << 2);
    setUpWindow(inputWindow(node, destination), node, buffer, bits);
    if (isLimited) addWide(buffer, BufferWide.WINDOWS, bits);
  }
}

/** False where input buffers have no limit, and nodes no windows. */
export function hasInputWindows(): bool {
  return isLimited;
}

/** The window of a node at a destination. */
export function inputWindow(node: usize, destination: i32): usize {
  return getAddress(node, Node.INPUT_WINDOWS) + <usize>destination * (Window.WORDS << 2);
}

function inputBuffer(node: usize, destination: i32): usize {
  return bufferOf(inputWindow(node, destination));
}

/** True where the buffer at a destination has room for a value. */
export function hasInputRoom(node: usize, destination: i32, value: usize, isInTurn: bool): bool {
  const window = inputWindow(node, destination);
  return chargeFor(bufferOf(window), window, sizeOf(node, value), capacity, isInTurn) !== Charge.NONE;
}

/** By how many bits the buffer at a destination is too small for a value; 0 where it has room. */
export function missingInput(node: usize, destination: i32, value: usize, isInTurn: bool): i64 {
  const buffer = inputBuffer(node, destination);
  return missingFor(buffer, inputWindow(node, destination), sizeOf(node, value), capacity, isInTurn);
}

/** Makes all buffers larger, and lets those try again who wait for room. Returns the new size. */
export function enlargeInput(bits: i64): i64 {
  capacity += bits;
  for (let i = 0; i < header(Header.TILES); i++) {
    const buffer = tileAt(i) + (Tile.INPUT << 2);
    setUpShare(buffer, capacity);
    wakeSenders(buffer);
  }
  return capacity;
}

/** True where buffers have become larger than the chip has them. */
export function isInputEnlarged(): bool {
  return capacity !== wideHeader(HeaderWide.INPUT_CAPACITY);
}

/** Reserves room for a value at a destination; false where there is none. */
export function takeInput(node: usize, destination: i32, value: usize, isInTurn: bool): bool {
  const window = inputWindow(node, destination);
  const buffer = bufferOf(window);
  const bits = sizeOf(node, value);
  if (isLimited) {
    const where = chargeFor(buffer, window, bits, capacity, isInTurn);
    if (where === Charge.NONE) return false;
    charge(buffer, window, bits, where);
    if (where === Charge.WINDOW) noteWindow(node, value);
  }
  addWide(node, NodeWide.INPUT_WRITTEN, bits);
  reserveBits(buffer, bits);
  return true;
}

function noteWindow(node: usize, value: usize): void {
  const size = sizeAt(node, value);
  store<i32>(size, load<i32>(size) | ValueBits.IN_WINDOW);
}

/** Before cycle 0: a window grows to hold the value. */
export function growWindow(node: usize, destination: i32, value: usize): void {
  const bits = sizeOf(node, value);
  const window = inputWindow(node, destination);
  const used = getWide(window, WindowWide.USED) + bits;
  setWide(window, WindowWide.USED, used);
  if (used > getWide(window, WindowWide.SIZE)) setWide(window, WindowWide.SIZE, used);
  noteWindow(node, value);
  addWide(inputBuffer(node, destination), BufferWide.BITS, bits);
}

/** Values at a destination have been read by all, and give their room back: that in the window, and the shared one. */
export function giveInputBack(node: usize, destination: i32, windowBits: i64, sharedBits: i64): void {
  const window = inputWindow(node, destination);
  const buffer = bufferOf(window);
  giveBitsBack(buffer, windowBits + sharedBits);
  if (!isLimited) return;
  addWide(window, WindowWide.USED, -windowBits);
  chargeShared(buffer, window, -sharedBits);
  wakeSenders(buffer);
  if (spills()) wakeToFetch(entry(get(node, Node.DESTINATIONS), destination));
}

/** Those who wait for room in a buffer try again. */
function wakeSenders(buffer: usize): void {
  for (let waiting = takeWaiting(buffer); waiting !== 0; waiting = takeWaiting(buffer)) wakeSender(waiting);
}

/** A node waits until room is given back at a destination. */
export function waitForInput(node: usize, destination: i32): void {
  waitForRoom(inputBuffer(node, destination), inputWindow(node, destination));
}
