/**
 * Buffers of tiles. Where they have a limit, windows of some bits are kept free, each for one who writes (a record of
 * {@link Window}), and the rest is shared. What is reserved is charged as a whole to its window or to the shared room.
 */
import { hasBins } from '../kernel/bins';
import { addWide, get, getAddress, getWide, set, setWide } from '../kernel/memory';
import { Buffer, BufferWide } from './layout';
import { isNoting, Noted, note } from './ledger';
import { Window, WindowWide } from './play-layout';
import { noteHeld, noteReserved } from './use';

/** Where bits are charged. */
export enum Charge {
  /** There is no room for them. */
  NONE = 0,
  SHARED = 1,
  WINDOW = 2,
}

/** Where bits would be charged, in a buffer that holds `capacity`. The window is tried first, if it may be used. */
export function chargeFor(buffer: usize, window: usize, bits: i64, capacity: i64, mayUseWindow: bool): i32 {
  if (getWide(buffer, BufferWide.BITS) + bits > capacity) return Charge.NONE;
  const where = chargeBeside(buffer, window, bits, mayUseWindow);
  if (isNoting()) {
    const kind = where === Charge.NONE ? Noted.REFUSED : Noted.GRANTED;
    note(window, mayUseWindow ? kind | Noted.IN_TURN : kind, <i32>bits);
  }
  return where;
}

/** The same in a buffer that holds as many bits as there would be. */
export function chargeBeside(buffer: usize, window: usize, bits: i64, mayUseWindow: bool): i32 {
  const used = getWide(window, WindowWide.USED) + bits;
  if (mayUseWindow && used <= getWide(window, WindowWide.SIZE)) return Charge.WINDOW;
  const shared = getWide(buffer, BufferWide.SHARED) + bits;
  return shared <= getWide(buffer, BufferWide.SHARED_CAPACITY) ? Charge.SHARED : Charge.NONE;
}

/** By how many bits a buffer is too small for bits that {@link chargeFor} has no room for; 0 where it has. */
export function missingFor(buffer: usize, window: usize, bits: i64, capacity: i64, mayUseWindow: bool): i64 {
  const inAll = max<i64>(getWide(buffer, BufferWide.BITS) + bits - capacity, 0);
  if (mayUseWindow && getWide(window, WindowWide.USED) + bits <= getWide(window, WindowWide.SIZE))
    return inAll;
  const shared = getWide(buffer, BufferWide.SHARED) + bits;
  const isShared = shared <= getWide(buffer, BufferWide.SHARED_CAPACITY);
  return isShared ? inAll : max(inAll, shared + getWide(buffer, BufferWide.WINDOWS) - capacity);
}

/** Charges bits. */
export function charge(buffer: usize, window: usize, bits: i64, where: i32): void {
  if (where === Charge.WINDOW) addWide(window, WindowWide.USED, bits);
  else chargeShared(buffer, window, bits);
}

/** Charges bits to the shared room; those that are below 0 are given back. */
export function chargeShared(buffer: usize, window: usize, bits: i64): void {
  addWide(buffer, BufferWide.SHARED, bits);
  addWide(window, WindowWide.SHARED, bits);
}

/** The buffer that a window is part of. */
export function bufferOf(window: usize): usize {
  return getAddress(window, Window.BUFFER);
}

/** Reserves bits, whatever they are charged to. */
export function reserveBits(buffer: usize, bits: i64): void {
  const reserved = getWide(buffer, BufferWide.BITS) + bits;
  if (hasBins()) {
    noteHeld(buffer);
    noteReserved(buffer, reserved);
  }
  setWide(buffer, BufferWide.BITS, reserved);
  setWide(buffer, BufferWide.PEAK, max(reserved, getWide(buffer, BufferWide.PEAK)));
}

/** Gives bits back, whatever they were charged to. */
export function giveBitsBack(buffer: usize, bits: i64): void {
  noteHeld(buffer);
  addWide(buffer, BufferWide.BITS, -bits);
}

/** The one who writes through a window waits until room is given back in the buffer. */
export function waitForRoom(buffer: usize, window: usize): void {
  if (get(window, Window.IS_WAITING)) return;
  set(window, Window.IS_WAITING, 1);
  set(window, Window.NEXT_WAITING, get(buffer, Buffer.WAITING));
  set(buffer, Buffer.WAITING, <i32>window);
}

/** Takes out one of those who wait: its node, 0 for none. */
export function takeWaiting(buffer: usize): usize {
  const window = getAddress(buffer, Buffer.WAITING);
  if (window === 0) return 0;
  set(buffer, Buffer.WAITING, get(window, Window.NEXT_WAITING));
  set(window, Window.IS_WAITING, 0);
  return getAddress(window, Window.NODE);
}

/** A window of a node in a buffer, of so many bits; it holds nothing. */
export function setUpWindow(window: usize, node: usize, buffer: usize, bits: i64): void {
  set(window, Window.NODE, <i32>node);
  set(window, Window.BUFFER, <i32>buffer);
  setWide(window, WindowWide.SIZE, bits);
}

/** What the windows of a buffer leave to be shared. */
export function setUpShare(buffer: usize, capacity: i64): void {
  setWide(buffer, BufferWide.SHARED_CAPACITY, max<i64>(capacity - getWide(buffer, BufferWide.WINDOWS), 0));
}
